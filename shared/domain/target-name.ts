import * as z from 'zod';

/** How the event of a function names its target; `targetOf` finds it. */
export const targetName = z.string().optional().describe('name of a target in medic.config.ts; default: the first');
