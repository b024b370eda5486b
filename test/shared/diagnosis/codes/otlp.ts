import type { Cases } from './case.ts';

export const otlp = {} satisfies Cases;
