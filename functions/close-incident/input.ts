import * as z from 'zod';
import { type Incident, outcome } from '#shared/domain/incident.ts';
import { mode } from '#shared/domain/mode.ts';
import { targetName } from '#shared/domain/target-name.ts';

export const input = z
  .strictObject({
    target: targetName,
    incidentId: z.string().optional().describe('default: the open incident of the target'),
    outcome: outcome.optional().describe(`how it ended; closing needs it: ${outcome.options.join(', ')}`),
    reason: z.string().optional().describe('in words, for the timeline'),
    mode,
  })
  .describe('Closes an incident with its outcome, and frees its target for the next one.');
export type Input = z.infer<typeof input>;

export interface Output {
  result: 'closed' | 'already-closed' | 'planned' | 'no-incident';
  incidentId?: string;
  outcome?: Incident['outcome'];
  status?: Incident['status'];
  reason: string;
}
