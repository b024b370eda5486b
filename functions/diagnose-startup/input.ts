import * as z from 'zod';
import type { Answer } from '#shared/diagnosis/chapter.ts';
import type { STARTUP, StartingPod } from '#shared/diagnosis/startup.ts';
import type { RecommendedAction, Verdict } from '#shared/domain/diagnosis.ts';
import { targetName } from '#shared/domain/target-name.ts';

export const input = z
  .strictObject({
    target: targetName,
    incidentId: z.string().optional().describe('the incident to which the look belongs; the snapshot is stored there'),
    snapshotKey: z
      .string()
      .optional()
      .describe('store key of the snapshot to look at; default: look at the cluster now'),
  })
  .describe(
    'Says why pods do not start: configuration, dependency, resources, port, permissions, image, process, placement or rollout.',
  );
export type Input = z.infer<typeof input>;

export interface Output {
  schemaVersion: 1;
  target: string;
  /** ISO 8601 UTC */
  at: string;
  /** of the whole target */
  verdict: Verdict;
  /** codes of this chapter that nothing else explains, best first */
  rootCauses: string[];
  action: RecommendedAction;
  /** the guide's table, each row with what was found */
  causes: Answer<keyof typeof STARTUP>[];
  /** those that are not ready */
  pods: StartingPod[];
  notChecked: { check: string; why: string }[];
  snapshotKey: string;
}
