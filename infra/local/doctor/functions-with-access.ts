import { functionNames, needsOf } from '#infra/function-folders.ts';
import type { KubernetesGroup } from '#shared/domain/kubernetes-access.ts';

/** The functions that call a cluster, sorted, each with the group whose rights it has when it is deployed. */
export async function functionsWithAccess(): Promise<{ name: string; group: KubernetesGroup }[]> {
  const all = await Promise.all(
    functionNames().map(async (name) => ({ name, group: (await needsOf(name)).kubernetes })),
  );
  return all.flatMap(({ name, group }) => (group ? [{ name, group }] : []));
}
