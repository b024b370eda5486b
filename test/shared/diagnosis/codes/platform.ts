import type { Cases } from './case.ts';

export const platform = {} satisfies Cases;
