import type * as z from 'zod';
import { type Example, examplesOf, functionNames, inputOf } from '#infra/function-folders.ts';
import { InputError } from '#shared/domain/errors.ts';
import { nearest } from '#shared/domain/nearest.ts';
import { type Field, fieldsOf } from './fields.ts';

/** A function as its folder describes it. */
export interface FunctionInfo {
  name: string;
  description: string;
  input: z.ZodType;
  fields: Field[];
  examples: Example[];
}

/** Throws InputError with the nearest name for a function that there is not. */
export async function functionNamed(name: string): Promise<FunctionInfo> {
  const names = functionNames();
  if (!names.includes(name)) {
    const meant = nearest(name, names);
    throw new InputError(`unknown function "${name}": ${meant ? `did you mean "${meant}"?` : `see "medic --help"`}`);
  }
  const input = await inputOf(name);
  return { name, description: input.description ?? '', input, fields: fieldsOf(input), examples: examplesOf(name) };
}

export const allFunctions = (): Promise<FunctionInfo[]> => Promise.all(functionNames().map(functionNamed));
