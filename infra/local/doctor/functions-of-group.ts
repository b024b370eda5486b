import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { KubernetesGroup } from '#shared/domain/kubernetes-access.ts';
import type { Needs } from '#shared/domain/needs.ts';

const FUNCTIONS = join(import.meta.dirname, '..', '..', '..', 'functions');

/** The functions that call a cluster, sorted, each with the group whose rights it has when it is deployed. */
export async function functionsWithAccess(): Promise<{ name: string; group: KubernetesGroup }[]> {
  const names = readdirSync(FUNCTIONS).filter((name) => existsSync(join(FUNCTIONS, name, 'needs.ts')));
  const all = await Promise.all(
    names.sort().map(async (name) => {
      const { needs } = (await import(pathToFileURL(join(FUNCTIONS, name, 'needs.ts')).href)) as { needs: Needs };
      return { name, group: needs.kubernetes };
    }),
  );
  return all.flatMap(({ name, group }) => (group ? [{ name, group }] : []));
}
