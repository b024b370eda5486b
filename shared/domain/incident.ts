import * as z from 'zod';
import { actionOutcome, actionPlan } from './action.ts';
import { severity } from './severity.ts';

/** What started it: an alarm, a schedule, a person. The same trigger delivered twice has the same id. */
export const trigger = z.strictObject({
  source: z.enum(['cli', 'console', 'alarm', 'schedule', 'drill']).describe('who asks'),
  id: z.string().min(1).max(200).describe('the same for each delivery of the same trigger'),
  reason: z.string().optional().describe('in words, for the timeline'),
});
export type Trigger = z.infer<typeof trigger>;

export const incidentStatus = z.enum(['open', 'acknowledged', 'mitigated', 'resolved', 'escalated']);

/** How a P0 flow ended. */
export const outcome = z
  .enum(['recovered', 'nothing-to-do', 'escalated', 'refused', 'could-not-work'])
  .describe(
    'recovered: proven healthy after an action; nothing-to-do: healthy when looked at; escalated: a person must act; refused: an action would help, but policy or a guard forbids it; could-not-work: the cluster could not be examined',
  );
export type Outcome = z.infer<typeof outcome>;

export const incident = z.strictObject({
  id: z.string(),
  fingerprint: z.string(),
  severity,
  status: incidentStatus,
  drill: z.boolean(),
  rehearsal: z.boolean().optional().describe('a flow in plan mode: nothing is sent and nothing is changed'),
  target: z.string(),
  trigger,
  execution: z.string().describe('the flow that works on it'),
  openedAt: z.iso.datetime(),
  acknowledgedAt: z.iso.datetime().optional(),
  mitigatedAt: z.iso.datetime().optional(),
  resolvedAt: z.iso.datetime().optional(),
  sla: z.strictObject({
    acknowledgeBy: z.iso.datetime(),
    resolveBy: z.iso.datetime(),
    breaches: z.array(z.enum(['acknowledge', 'resolve'])),
  }),
  occurrences: z.int().positive().describe('triggers that met this incident while it was open'),
  actions: z.array(z.strictObject({ plan: actionPlan, outcome: actionOutcome })),
  reports: z.array(z.string()).describe('store keys'),
  outcome: outcome.optional(),
});
export type Incident = z.infer<typeof incident>;

export const timelineEntry = z.strictObject({
  at: z.iso.datetime(),
  source: z.string().describe('the function that wrote it'),
  kind: z.enum([
    'opened',
    'repeated',
    'notice',
    'evidence',
    'diagnosis',
    'action',
    'verification',
    'escalation',
    'report',
    'closed',
    'error',
    'note',
  ]),
  actor: z.string().describe('otlp-medic, or the person'),
  text: z.string(),
  data: z.record(z.string(), z.unknown()).optional(),
});
export type TimelineEntry = z.infer<typeof timelineEntry>;
