import * as z from 'zod';

const count = z.int().nonnegative();

/** The log analyzer's answer; the terms are defined in docs of `analyze-logs`. Lines count physical lines, levels count records. */
export const logAnalysis = z.strictObject({
  lines: count,
  /** head lines with what continues them */
  records: count,
  levels: z.strictObject({ error: count, warn: count, info: count, debug: count }),
  classes: z.record(z.string(), count),
  templates: z.array(
    z.strictObject({
      id: count,
      template: z.string().max(300),
      count,
      level: z.enum(['error', 'warn', 'info', 'debug']).optional(),
      firstSeen: z.iso.datetime().optional(),
      lastSeen: z.iso.datetime().optional(),
      sample: z.string().max(300),
      /** first seen after the rollout that the caller named, in a log that begins before it */
      newSinceRollout: z.literal(true).optional(),
    }),
  ),
  assignments: z.array(count.nullable()).optional(),
  slow: z.array(z.strictObject({ durationMs: z.number().nonnegative(), line: z.int().positive() })),
  panics: count,
  recentErrors: z.array(z.string()),
  /** spans of time in which warnings and errors came much faster than in the rest of the log; the template that most are of */
  bursts: z
    .array(z.strictObject({ from: z.iso.datetime(), to: z.iso.datetime(), count, template: count.optional() }))
    .optional(),
  /** how many of each were left out to keep the answer bounded; absent when nothing was */
  truncated: z.strictObject({ templates: count, slow: count, recentErrors: count, evictedTemplates: count }).optional(),
});
export type LogAnalysis = z.infer<typeof logAnalysis>;
