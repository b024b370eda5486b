import * as z from 'zod';
import { targetName } from '#shared/domain/target-name.ts';

export const input = z
  .strictObject({
    target: targetName,
    incidentId: z.string().optional().describe('the incident that the snapshot is evidence of'),
    deadlineSeconds: z
      .number()
      .positive()
      .max(600)
      .default(20)
      .describe('what has not been read by then is not checked'),
  })
  .describe('Takes one read-only, redacted look at a target and what it depends on, and stores it.');
export type Input = z.infer<typeof input>;

export interface Output {
  snapshotKey: string;
  /** of the stored bytes */
  sha256: string;
  /** false: nothing at all could be read; the snapshot then holds only its coverage */
  reachable: boolean;
  /** number of checks that could not be made */
  notChecked: number;
  /** why the cluster is out of reach; one line */
  why?: string;
}
