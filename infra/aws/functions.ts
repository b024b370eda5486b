import * as z from 'zod';
import { functionNames, inputOf, needsOf } from '#infra/function-folders.ts';
import type { Needs } from '#shared/domain/needs.ts';

/** One folder under functions/, as it is deployed. */
export interface DeployedFunction {
  /** verb-noun, the folder's name */
  name: string;
  /** of the checkout; exports `handler` */
  entry: string;
  /** what a person reads in the console: the description of its input */
  description: string;
  /** fields of its event */
  takes: readonly string[];
  needs: Needs;
}

async function read(name: string): Promise<DeployedFunction> {
  const [needs, input] = await Promise.all([needsOf(name), inputOf(name)]);
  const takes = input instanceof z.ZodObject ? Object.keys(input.shape) : [];
  return { name, entry: `functions/${name}/index.ts`, needs, takes, description: input.description ?? '' };
}

/** Their entries by name, to be bundled. */
export const entriesOf = (functions: readonly DeployedFunction[]): Record<string, string> =>
  Object.fromEntries(functions.map(({ name, entry }) => [name, entry]));

/** Every function folder is deployed by being there. Throws where one does not say what it needs. */
export const deployedFunctions = (): Promise<DeployedFunction[]> => Promise.all(functionNames().map(read));
