import * as z from 'zod';
import { actionOutcome, actionPlan } from '#shared/domain/action.ts';
import { analyzedLog } from '#shared/domain/analyzed-log.ts';
import { coverage } from '#shared/domain/coverage.ts';
import { diagnosis, verdict } from '#shared/domain/diagnosis.ts';
import { finding, owner, remedyAction } from '#shared/domain/finding.ts';
import { incident, outcome, timelineEntry } from '#shared/domain/incident.ts';

/** A moment that the service level counts from or to. */
const slaMark = z.strictObject({
  name: z.enum(['opened', 'acknowledged', 'acknowledge-by', 'mitigated', 'resolve-by', 'closed', 'now']),
  at: z.iso.datetime(),
  state: z
    .enum(['reached', 'met', 'missed', 'pending', 'not-needed'])
    .describe('reached: a moment; the others are of a deadline. not-needed: it was over before a person was due'),
});
export type SlaMark = z.infer<typeof slaMark>;

/** One thing that was done, or was not, and why. */
export const attempt = z.strictObject({
  action: remedyAction,
  result: z.enum([...actionOutcome.shape.result.options, 'not-tried']),
  reason: z.string(),
  at: z.iso.datetime().optional(),
  workload: owner.optional(),
  consequences: actionPlan.shape.consequences,
  generation: z.int().optional(),
  revision: z.int().optional(),
});
export type Attempt = z.infer<typeof attempt>;

export const check = z.strictObject({
  name: z.string(),
  outcome: z.enum(['pass', 'fail', 'not-checked']),
  detail: z.string(),
});

export const verification = z.strictObject({
  at: z.iso.datetime(),
  outcome: z.enum(['recovered', 'settling', 'not-recovered']),
  reason: z.string(),
  checks: z.array(check),
});
export type Verification = z.infer<typeof verification>;

export const report = z.strictObject({
  schemaVersion: z.literal(1),
  at: z.iso.datetime().describe('what was known at this time'),
  target: z.string(),
  drill: z.boolean(),
  headline: z.string(),
  verdict: verdict.describe('of the first diagnosis, before any action'),
  outcome: outcome.optional().describe('absent for a plain diagnosis and while the flow runs'),
  next: z.strictObject({ text: z.string(), commands: z.array(z.string()) }).describe('what a person should do now'),
  incident: incident.optional(),
  marks: z.array(slaMark).describe('in order of time'),
  timeline: z.array(timelineEntry).describe('in order of time'),
  measures: z
    .strictObject({
      toDiagnosisMs: z.number().optional(),
      toActionMs: z.number().optional(),
      toRecoveryMs: z.number().optional(),
    })
    .describe('milliseconds since the incident opened'),
  diagnosis: diagnosis.optional().describe('before any action'),
  after: diagnosis.optional().describe('the last one, where there is more than one'),
  change: z
    .strictObject({ gone: z.array(finding), remaining: z.array(finding), appeared: z.array(finding) })
    .optional()
    .describe('findings before against after'),
  keptLogs: z
    .array(analyzedLog)
    .optional()
    .describe(
      'of analyses that were kept with the incident, the newest of each log; they go before those of the diagnosis',
    ),
  attempts: z.array(attempt),
  verification: verification.optional().describe('the last one'),
  coverage,
});
export type Report = z.infer<typeof report>;
