import * as z from 'zod';
import { owner } from './finding.ts';

/** What would be written to the cluster, and to exactly which object: its hash is what an approval is bound to. */
export const actionPlan = z.strictObject({
  kind: z.enum(['restart', 'rollback']),
  incidentId: z.string(),
  workload: owner,
  uid: z.string().describe('metadata.uid of the workload that was looked at'),
  generation: z.int().describe('metadata.generation that was looked at'),
  reason: z.string(),
  consequences: z.array(z.string()).describe('what a person should know before agreeing, e.g. downtime'),
  patch: z.record(z.string(), z.unknown()).describe('strategic merge patch'),
  hash: z.string(),
});
export type ActionPlan = z.infer<typeof actionPlan>;

export const actionOutcome = z.strictObject({
  result: z
    .enum(['done', 'already-done', 'planned', 'refused', 'failed'])
    .describe('planned: dry run accepted, nothing written; refused: a guard or the policy said no'),
  reason: z.string(),
  at: z.iso.datetime(),
  generation: z.int().optional().describe('metadata.generation after the patch'),
  revision: z.int().optional(),
});
export type ActionOutcome = z.infer<typeof actionOutcome>;
