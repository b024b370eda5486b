import * as z from 'zod';
import { mode } from './mode.ts';
import { targetName } from './target-name.ts';

/** What EventBridge Scheduler replaces by the time for which it asks. */
export const SCHEDULED_TIME = '<aws.scheduler.scheduled-time>';

/** A run bears the time it was asked for, not that of its delivery: one that is delivered again is the same run. */
export const run = z
  .string()
  .refine(
    (text) => text === SCHEDULED_TIME || z.iso.datetime().safeParse(text).success,
    'write a time as 2026-11-25T09:30:00Z',
  )
  .optional()
  .describe('the time for which a schedule asks; a run that is delivered again is counted once. Default: now');

/** The time that names a run; undefined where nothing filled it in. */
export const runTime = (written: string | undefined): Date | undefined =>
  written === undefined || written === SCHEDULED_TIME ? undefined : new Date(written);

/** The event of what looks at a target and says what the rules make of it. */
export const lookInput = z.strictObject({
  target: targetName,
  incidentId: z.string().optional().describe('the incident to which the look belongs; what it sees is stored there'),
  snapshotKey: z
    .string()
    .optional()
    .describe('store key of the snapshot to look at, as collect-snapshot answers; default: look at the cluster now'),
  mode: mode.describe('act: keep what was found, so that the next run tells what is new and what is resolved'),
  run,
});
export type LookInput = z.infer<typeof lookInput>;
