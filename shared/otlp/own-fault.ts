import type { Found } from './codes.ts';

/** What is wrong on the side of the prober: nothing is known about the target then, and nothing is said about it. */
export const ownFault = (detail: string): Found => ({ code: 'prober-fault', detail: `self: ${detail}` });
