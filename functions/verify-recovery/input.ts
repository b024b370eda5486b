import * as z from 'zod';
import type { Recovery } from '#shared/actions/recovery.ts';
import { targetName } from '#shared/domain/target-name.ts';

export const input = z
  .strictObject({
    target: targetName,
    incidentId: z
      .string()
      .optional()
      .describe('the incident whose action is judged; without one the present state is judged'),
  })
  .describe('Looks once whether the target has recovered: rollout, new pods, stability, root cause.');
export type Input = z.infer<typeof input>;

export interface Output extends Recovery {
  /** deployment/otlp-app */
  workload?: string;
  /** store keys of what the judgement rests on; there for a final outcome of an incident */
  snapshotKey?: string;
  diagnosisKey?: string;
}
