import * as z from 'zod';
import { coverage } from './coverage.ts';
import { logAnalysis } from './log-analysis.ts';

/** One log with its analysis: of a container, or a text that the store holds. */
export const analyzedLog = z.strictObject({
  namespace: z.string().optional(),
  pod: z.string().optional(),
  container: z.string().optional(),
  key: z.string().optional().describe('where the store holds the text, instead of a container'),
  previous: z.boolean().describe('of the container before its last restart'),
  restarts: z.int().nonnegative().optional().describe('how often the container was started again'),
  cut: z.boolean().describe('the log has earlier lines than were read'),
  ...logAnalysis.shape,
});
export type AnalyzedLog = z.infer<typeof analyzedLog>;

/** What `analyze-logs` answers for a target, a snapshot or a stored text: one analysis for each log. */
export const analyzedLogs = z.strictObject({
  target: z.string(),
  at: z.iso.datetime(),
  rolloutAt: z.string().optional().describe('templates first seen from then on are marked newSinceRollout'),
  logs: z.array(analyzedLog).describe('those that tell of failures first'),
  notChecked: coverage.shape.notChecked,
  analysisKey: z.string().optional().describe('where the store keeps this answer'),
});
export type AnalyzedLogs = z.infer<typeof analyzedLogs>;
