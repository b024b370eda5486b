import * as z from 'zod';
import { mode } from '#shared/domain/mode.ts';

export const input = z
  .strictObject({
    target: z.string().optional().describe('name of a target in medic.config.ts; default: the first'),
    incidentId: z.string().optional().describe('default: the open incident of the target'),
    reason: z.string().min(1).max(4000).default('a person must look at it').describe('why the medic can do no more'),
    mode,
  })
  .describe('Hands an incident over to a person: records why the medic can do no more.');
export type Input = z.infer<typeof input>;

export interface Output {
  result: 'escalated' | 'already-escalated' | 'planned' | 'no-incident';
  incidentId?: string;
  reason: string;
}
