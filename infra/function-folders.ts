import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as z from 'zod';
import type { Needs } from '#shared/domain/needs.ts';

export const CHECKOUT = join(import.meta.dirname, '..');
const FUNCTIONS = join(CHECKOUT, 'functions');

/** A named sample event; its name is the file's. */
export interface Example {
  name: string;
  event: unknown;
}

const load = (name: string, file: string) => import(pathToFileURL(join(FUNCTIONS, name, file)).href);

/** The names of all functions, sorted: each folder with an input schema is one. */
export const functionNames = (): string[] =>
  readdirSync(FUNCTIONS)
    .filter((name) => existsSync(join(FUNCTIONS, name, 'input.ts')))
    .sort();

/** The schema of a function's event; its description says what the function does. */
export async function inputOf(name: string): Promise<z.ZodType> {
  const { input } = (await load(name, 'input.ts')) as { input: z.ZodType };
  return input;
}

/** What a function may touch. Throws where that is not written down. */
export async function needsOf(name: string): Promise<Needs> {
  if (!existsSync(join(FUNCTIONS, name, 'needs.ts')))
    throw new Error(`functions/${name}/needs.ts is missing: write down what the function may touch`);
  const { needs } = (await load(name, 'needs.ts')) as { needs: Needs };
  return needs;
}

/** The sample events of a function, sorted by name. */
export function examplesOf(name: string): Example[] {
  const folder = join(FUNCTIONS, name, 'events');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => ({ name: basename(file, '.json'), event: JSON.parse(readFileSync(join(folder, file), 'utf8')) }));
}
