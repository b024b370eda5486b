import type { Code } from '#shared/diagnosis/catalogue.ts';

/** Codes whose cases are still to be written, layer by layer; it may only shrink, and must be empty in the end. */
export const AWAITED: readonly Code[] = [];
