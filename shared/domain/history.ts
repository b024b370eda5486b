import * as z from 'zod';
import { verdict } from './diagnosis.ts';
import { knownFault } from './run-changes.ts';

/** What one run saw of a target, as short as the next one needs it. */
export const runRecord = z.strictObject({
  schemaVersion: z.literal(1),
  target: z.string(),
  at: z.iso.datetime(),
  verdict,
  faults: z.array(knownFault).describe('of the last run that could look; advice is left out'),
  notRead: z
    .array(z.string())
    .default([])
    .describe('kinds of objects that could not be read when these faults were seen'),
});
export type RunRecord = z.infer<typeof runRecord>;

/** The runs of a day that is over, in one object. */
export const dayRecord = z.strictObject({
  schemaVersion: z.literal(1),
  target: z.string(),
  day: z.iso.date(),
  runs: z.array(z.strictObject({ at: z.iso.datetime(), verdict })).describe('in order of time'),
  faults: z.array(knownFault).describe('all that were seen on that day, as they were seen last'),
});
export type DayRecord = z.infer<typeof dayRecord>;
