import * as z from 'zod';
import { severity } from './severity.ts';

/** A fault over the runs of a schedule. */
export const knownFault = z.strictObject({
  fingerprint: z.string(),
  code: z.string(),
  severity,
  title: z.string(),
  endpoint: z
    .string()
    .optional()
    .describe('of a fault that a probe found: protocol and URL of the OTLP endpoint where telemetry stops'),
  firstSeen: z.iso.datetime(),
  lastSeen: z.iso.datetime(),
  runs: z.int().positive().describe('in how many runs one after the other it was seen'),
});
export type KnownFault = z.infer<typeof knownFault>;

/** What differs between a run and the one before it. */
export const runChanges = z.strictObject({
  since: z.iso.datetime().optional().describe('the time of the run before; absent for the first one'),
  new: z.array(knownFault),
  persisting: z.array(knownFault),
  resolved: z.array(knownFault).describe('as they were seen last'),
});
export type RunChanges = z.infer<typeof runChanges>;
