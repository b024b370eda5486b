import * as z from 'zod';
import type { ActionOutcome } from '#shared/domain/action.ts';
import { mode } from '#shared/domain/mode.ts';
import { workloadRef } from '#shared/domain/target.ts';
import { targetName } from '#shared/domain/target-name.ts';

export const input = z
  .strictObject({
    target: targetName,
    incidentId: z.string().optional().describe('the incident that it is done for; acting needs one'),
    workload: workloadRef
      .optional()
      .describe("default: the workload of the diagnosed root cause, else the target's first"),
    mode,
    reason: z.string().min(1).default('asked for by hand').describe('in words, for the audit'),
  })
  .describe('Restarts a workload (kubectl rollout restart) after guards and a server-side dry run, once per incident.');
export type Input = z.infer<typeof input>;

export interface Output {
  result: ActionOutcome['result'];
  reason: string;
  /** ISO 8601 UTC */
  at: string;
  /** deployment/otlp-app */
  workload?: string;
  /** metadata.generation after the patch */
  generation?: number;
  consequences?: string[];
  planHash?: string;
  /** every guard that said no */
  refusals?: { guard: string; reason: string }[];
}
