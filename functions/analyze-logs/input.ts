import * as z from 'zod';
import type { AnalyzedLogs } from '#shared/domain/analyzed-log.ts';
import { mode } from '#shared/domain/mode.ts';
import { targetName } from '#shared/domain/target-name.ts';

export const input = z
  .strictObject({
    target: targetName,
    incidentId: z.string().optional().describe('the incident to which the logs belong; the answer is stored there'),
    key: z
      .string()
      .regex(/^(?:(?:incidents|snapshots)\/.+\.json\.gz|logs\/.+)$/, 'write the key of a snapshot, or one below logs/')
      .optional()
      .describe('store key to read instead of the cluster: a snapshot, or a log (plain or gzip) below logs/'),
    pod: z.string().optional().describe("a pod; default: those of the target's workloads and of its Collector"),
    container: z.string().optional().describe('a container; default: every one that has run'),
    tail: z.int().min(1).max(10_000).default(1000).describe('the last lines of each log'),
    previous: z.boolean().default(false).describe('the logs of the containers before their last restart'),
    slow: z.number().positive().default(1000).describe('operations that took so many milliseconds are slow'),
    assignments: z.boolean().default(false).describe('also the template id of each line'),
    rolloutAt: z.iso
      .datetime({ offset: true })
      .optional()
      .describe('templates first seen from then on are marked as new; default: the last rollout of the target'),
    mode: mode.describe('act: keep the answer among the reports of the target'),
  })
  .describe('Says what logs tell: levels, templates, causes of failures, slow operations, crashes and bursts.');
export type Input = z.infer<typeof input>;

export type Output = AnalyzedLogs;
