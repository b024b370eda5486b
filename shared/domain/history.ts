import * as z from 'zod';
import { verdict } from './diagnosis.ts';
import { severity } from './severity.ts';

/** A fault over the runs of a schedule. */
export const knownFault = z.strictObject({
  fingerprint: z.string(),
  code: z.string(),
  severity,
  title: z.string(),
  firstSeen: z.iso.datetime(),
  lastSeen: z.iso.datetime(),
  runs: z.int().positive().describe('in how many runs one after the other it was seen'),
});
export type KnownFault = z.infer<typeof knownFault>;

/** What one run saw of a target, as short as the next one needs it. */
export const runRecord = z.strictObject({
  schemaVersion: z.literal(1),
  target: z.string(),
  at: z.iso.datetime(),
  verdict,
  faults: z.array(knownFault).describe('of the last run that could look; advice is left out'),
});
export type RunRecord = z.infer<typeof runRecord>;

/** What differs between a run and the one before it. */
export interface RunChanges {
  /** the time of the run before; absent for the first one */
  since?: string;
  new: KnownFault[];
  persisting: KnownFault[];
  /** as they were seen last */
  resolved: KnownFault[];
}
