import * as z from 'zod';
import type { Answer } from '#shared/diagnosis/chapter.ts';
import type { ClaimInUse, STORAGE } from '#shared/diagnosis/storage-chapter.ts';
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
  .describe('Says what is wrong with storage: claims, volumes, classes, mounts, capacity, rights, the disks of nodes.');
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
  /** from the claim to the file, each with what was found */
  questions: Answer<keyof typeof STORAGE>[];
  /** that pods of the target use */
  claims: ClaimInUse[];
  notChecked: { check: string; why: string }[];
  snapshotKey: string;
}
