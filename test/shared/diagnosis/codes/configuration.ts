import type { Cases } from './case.ts';

export const configuration = {} satisfies Cases;
