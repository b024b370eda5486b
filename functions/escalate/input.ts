import * as z from 'zod';
import { mode } from '#shared/domain/mode.ts';
import { targetName } from '#shared/domain/target-name.ts';

export const input = z
  .strictObject({
    target: targetName,
    incidentId: z.string().optional().describe('default: the open incident of the target'),
    reason: z.string().min(1).default('a person must look at it').describe('why the medic can do no more'),
    failure: z
      .strictObject({
        Error: z.string().describe('name of the error'),
        Cause: z.string().describe('its message, or the JSON that Lambda makes of it'),
      })
      .optional()
      .describe('instead of a reason: the error of a step, as Step Functions hands it over'),
    mode,
  })
  .describe('Hands an incident over to a person: records why the medic can do no more.');
export type Input = z.infer<typeof input>;

export interface Output {
  result: 'escalated' | 'already-escalated' | 'planned' | 'no-incident';
  incidentId?: string;
  reason: string;
}
