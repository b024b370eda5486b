import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as z from 'zod';
import { InputError } from '#shared/domain/errors.ts';
import { nearest } from '#shared/domain/nearest.ts';
import { type Field, fieldsOf } from './fields.ts';

export const CHECKOUT = join(import.meta.dirname, '..', '..', '..');
const FUNCTIONS = join(CHECKOUT, 'functions');

/** A named sample event; its name is the file's. */
interface Example {
  name: string;
  event: unknown;
}

/** A function as its folder describes it. */
export interface FunctionInfo {
  name: string;
  description: string;
  input: z.ZodType;
  fields: Field[];
  examples: Example[];
}

/** The names of all functions, sorted: each folder with an input schema is one. */
const functionNames = (): string[] =>
  readdirSync(FUNCTIONS)
    .filter((name) => existsSync(join(FUNCTIONS, name, 'input.ts')))
    .sort();

function examplesOf(name: string): Example[] {
  const folder = join(FUNCTIONS, name, 'events');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => ({ name: basename(file, '.json'), event: JSON.parse(readFileSync(join(folder, file), 'utf8')) }));
}

/** Throws InputError with the nearest name for a function that there is not. */
export async function functionNamed(name: string): Promise<FunctionInfo> {
  const names = functionNames();
  if (!names.includes(name)) {
    const meant = nearest(name, names);
    throw new InputError(`unknown function "${name}": ${meant ? `did you mean "${meant}"?` : `see "medic --help"`}`);
  }
  const { input } = (await import(pathToFileURL(join(FUNCTIONS, name, 'input.ts')).href)) as { input: z.ZodType };
  return { name, description: input.description ?? '', input, fields: fieldsOf(input), examples: examplesOf(name) };
}

export const allFunctions = (): Promise<FunctionInfo[]> => Promise.all(functionNames().map(functionNamed));
