import * as z from 'zod';
import { subject } from './finding.ts';
import { type Policy, policy, type responsePolicy, type Target, target } from './target.ts';

/** Silences a known finding until a date. A subject's omitted fields match everything. */
export const ignoreRule = z.strictObject({
  code: z.string(),
  subject: subject.partial().default({}),
  until: z.iso.date('write the last day as YYYY-MM-DD'),
  reason: z.string().min(1),
});
export type IgnoreRule = z.infer<typeof ignoreRule>;

export const notify = z.strictObject({
  slack: z
    .strictObject({ webhookEnv: z.string().default('SLACK_WEBHOOK_URL') })
    .optional()
    .describe('the environment variable that holds the incoming-webhook URL'),
});

const scheduleExpression = z
  .string()
  .regex(/^(rate\(\d+ (minutes?|hours?|days?)\)|cron\(.+\))$/, 'write rate(5 minutes) or cron(0 9 ? * MON *)');

const idOf = (kind: 'subnet' | 'sg') =>
  z
    .string()
    .regex(
      new RegExp(`^${kind}-[0-9a-f]{8,17}$`),
      `write the id of a ${kind === 'sg' ? 'security group' : kind}: ${kind}-0123456789abcdef0`,
    );

/** Where deployed probes stand. */
const vpc = z.strictObject({
  subnets: z
    .array(idOf('subnet'))
    .min(1)
    .max(16)
    .describe('of one VPC, with a way to the APIs of AWS: NAT, or endpoints'),
  securityGroups: z
    .array(idOf('sg'))
    .min(1)
    .max(5)
    .describe('what they may reach: their egress, and what lets them in'),
});

export const config = z.strictObject({
  targets: z.array(target).default([]),
  notify: notify.default({}),
  policy: policy.prefault({}),
  schedules: z.record(z.string(), scheduleExpression).default({}).describe('function name -> EventBridge schedule'),
  vpc: vpc
    .optional()
    .describe(
      "the network of the deployed functions that probe, for endpoints with vantage 'vpc'; default: none of yours",
    ),
  ignore: z.array(ignoreRule).default([]),
});
export type MedicConfig = z.infer<typeof config>;

/** Identity, for types and completion in medic.config.ts. */
export const defineConfig = (written: z.input<typeof config>): z.input<typeof config> => written;

/** The policy in force for a target: its own over that of all; EKS without a word about it is diagnose-only. */
export function policyFor(of: Target, all: Policy): Policy & { response: z.infer<typeof responsePolicy> } {
  const onEks = typeof of.cluster === 'object' && 'eks' in of.cluster;
  const own = of.policy ?? {};
  return {
    response: own.response ?? all.response ?? (onEks ? 'diagnose-only' : 'auto'),
    cooldownMinutes: own.cooldownMinutes ?? all.cooldownMinutes,
    settleSeconds: own.settleSeconds ?? all.settleSeconds,
    recoveryLimitSeconds: own.recoveryLimitSeconds ?? all.recoveryLimitSeconds,
    actOnGitOps: own.actOnGitOps ?? all.actOnGitOps,
  };
}
