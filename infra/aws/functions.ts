import { existsSync, globSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as z from 'zod';
import type { Needs } from '#shared/domain/needs.ts';

export const ROOT = join(import.meta.dirname, '../..');

/** One folder under functions/, as it is deployed. */
export interface DeployedFunction {
  /** verb-noun, the folder's name */
  name: string;
  /** of the checkout; exports `handler` */
  entry: string;
  /** what a person reads in the console: the description of its input */
  description: string;
  needs: Needs;
}

const load = (...path: string[]) => import(pathToFileURL(join(ROOT, 'functions', ...path)).href);

async function read(name: string): Promise<DeployedFunction> {
  if (!existsSync(join(ROOT, 'functions', name, 'needs.ts')))
    throw new Error(`functions/${name}/needs.ts is missing: write down what the function may touch`);
  const [{ needs }, { input }] = await Promise.all([
    load(name, 'needs.ts') as Promise<{ needs: Needs }>,
    load(name, 'input.ts') as Promise<{ input: z.ZodType }>,
  ]);
  return { name, entry: `functions/${name}/index.ts`, needs, description: input.description ?? '' };
}

/** Their entries by name, to be bundled. */
export const entriesOf = (functions: readonly DeployedFunction[]): Record<string, string> =>
  Object.fromEntries(functions.map(({ name, entry }) => [name, entry]));

/** Every function folder is deployed by being there. Throws where one does not say what it needs. */
export function deployedFunctions(): Promise<DeployedFunction[]> {
  const entries = globSync('functions/*/index.ts', { cwd: ROOT });
  return Promise.all(entries.map((entry) => read(basename(dirname(entry))))).then((all) =>
    all.toSorted((a, b) => a.name.localeCompare(b.name)),
  );
}
