import { createHash } from 'node:crypto';
import * as z from 'zod';
import { severity } from './severity.ts';

export const layer = z.enum(['application', 'network', 'storage', 'configuration', 'platform', 'otlp']);
export type Layer = z.infer<typeof layer>;

/** certain = an API field states it; likely = two signals agree; possible = correlation. */
export const confidence = z.enum(['certain', 'likely', 'possible']);
export type Confidence = z.infer<typeof confidence>;

export const remedyAction = z.enum(['restart', 'rollback', 'scale', 'wait', 'escalate']);
export type RemedyAction = z.infer<typeof remedyAction>;

export const subject = z.strictObject({
  cluster: z.string().optional(),
  kind: z.string(),
  namespace: z.string().describe('empty for cluster-scoped objects'),
  name: z.string(),
  container: z.string().optional(),
});
export type Subject = z.infer<typeof subject>;

/** The API object that holds the finding's subject in the end: the Deployment of a Pod. */
export const owner = z.strictObject({ kind: z.string(), namespace: z.string(), name: z.string() });
export type Owner = z.infer<typeof owner>;

export const evidence = z.strictObject({
  source: z.string().describe('the object, log or fact it was read from, e.g. Pod/otlp-system/otlp-app-7c9'),
  path: z.string().describe('the field path, e.g. status.containerStatuses[0].state.waiting.reason'),
  value: z.string(),
  at: z.iso.datetime().optional(),
});
export type Evidence = z.infer<typeof evidence>;

export const remedy = z.strictObject({
  text: z.string(),
  commands: z.array(z.string()).describe('to be copied by a person; the medic never runs them'),
});

export const finding = z.strictObject({
  code: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  layer,
  severity,
  confidence,
  subject,
  owner: owner.optional(),
  title: z.string(),
  evidence: z.array(evidence).min(1),
  cause: z.string(),
  remedy,
  actions: z.array(remedyAction).describe('what can help, in order; empty = follow the cause'),
  requires: z.literal('fault-began-after-revision').optional(),
  explainedBy: z.string().optional().describe('fingerprint of the finding that causes this one'),
  fingerprint: z.string(),
  firstSeen: z.iso.datetime().optional(),
  lastSeen: z.iso.datetime().optional(),
});
export type Finding = z.infer<typeof finding>;

/**
 * The identity of a fault over time: code, cluster, namespace, owning workload, container. Never a pod name, a count,
 * a time or free text, so that the same fault has the same fingerprint after each restart.
 */
export function fingerprintOf(code: string, about: Subject, holder?: Owner): string {
  const { kind, namespace, name } = holder ?? about;
  const parts = [code, about.cluster ?? '', kind, namespace, name, about.container ?? ''];
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16);
}
