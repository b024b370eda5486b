import * as z from 'zod';
import { analyzedLog } from './analyzed-log.ts';
import { coverage } from './coverage.ts';
import { finding, layer, remedyAction } from './finding.ts';
import { runChanges } from './run-changes.ts';

export const verdict = z.enum(['healthy', 'degraded', 'failed', 'unknown']);
export type Verdict = z.infer<typeof verdict>;

export const recommendedAction = z.strictObject({
  class: z.enum(['none', ...remedyAction.options]),
  reason: z.string(),
  toRevision: z.int().positive().optional(),
});
export type RecommendedAction = z.infer<typeof recommendedAction>;

/** A finding that the configuration silences until a date; shown, but not counted. */
export const ignoredFinding = z.strictObject({ finding, until: z.iso.date(), reason: z.string() });
export type IgnoredFinding = z.infer<typeof ignoredFinding>;

const snapshotRef = z.strictObject({ key: z.string(), sha256: z.string() });

/** What one namespace of several gave by itself. */
export const namespaceVerdict = z.strictObject({
  namespace: z.string(),
  verdict,
  rootCauses: z.array(z.string()).describe('codes, best first'),
  snapshot: snapshotRef,
});
export type NamespaceVerdict = z.infer<typeof namespaceVerdict>;

export const diagnosis = z.strictObject({
  schemaVersion: z.literal(1),
  target: z.string(),
  at: z.iso.datetime(),
  durationMs: z.number().nonnegative(),
  verdict,
  layer: layer.optional().describe('of the first root cause'),
  rootCauses: z.array(finding).describe('ranked, best first; empty when healthy'),
  findings: z.array(finding).describe('all of them, symptoms and advice included'),
  ignored: z.array(ignoredFinding),
  action: recommendedAction,
  coverage,
  snapshot: snapshotRef,
  changes: runChanges.optional().describe('against the last run of the schedule, where there was one'),
  logs: z
    .array(analyzedLog)
    .optional()
    .describe('what the logs tell, those of failures first; the lists of each are cut to the most telling'),
  namespaces: z
    .array(namespaceVerdict)
    .optional()
    .describe('of a diagnosis over several namespaces, worst first; `snapshot` is then the list of theirs'),
});
export type Diagnosis = z.infer<typeof diagnosis>;
