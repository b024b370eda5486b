import * as z from 'zod';
import type { MedicConfig } from './config.ts';
import type { Target } from './target.ts';

/** The change of a CloudWatch alarm's state, whichever way it came. */
export const alarm = z.strictObject({
  name: z.string().min(1).max(255).describe('its name in CloudWatch'),
  state: z.enum(['ALARM', 'OK', 'INSUFFICIENT_DATA']).describe('its new state'),
  at: z.iso.datetime().describe('when the state changed'),
  reason: z.string().optional().describe("CloudWatch's own words"),
});
export type Alarm = z.infer<typeof alarm>;

/** CloudWatch writes 2026-11-25T09:30:00.123+0000, which is no ISO 8601. */
const time = z
  .string()
  .transform((text) => new Date(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2')))
  .refine((date) => !Number.isNaN(date.getTime()))
  .transform((date) => date.toISOString());

const described = z.object({
  alarmName: z.string(),
  state: z.object({ value: alarm.shape.state, reason: z.string().optional(), timestamp: time }),
});

const fromEventBridge = z
  .object({ 'detail-type': z.literal('CloudWatch Alarm State Change'), detail: described })
  .transform(({ detail }) => detail);

const fromLambdaAction = z
  .object({ source: z.literal('aws.cloudwatch'), alarmData: described })
  .transform(({ alarmData }) => alarmData);

const message = z
  .object({
    AlarmName: z.string(),
    NewStateValue: alarm.shape.state,
    NewStateReason: z.string().optional(),
    StateChangeTime: time,
  })
  .transform(({ AlarmName, NewStateValue, NewStateReason, StateChangeTime }) => ({
    alarmName: AlarmName,
    state: { value: NewStateValue, reason: NewStateReason, timestamp: StateChangeTime },
  }));

const json = z.string().transform((text, context) => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue('is not JSON');
    return z.NEVER;
  }
});

// SNS invokes a function with exactly one record.
const fromSns = z
  .object({ Records: z.tuple([z.object({ Sns: z.object({ Message: json.pipe(message) }) })]) })
  .transform(({ Records: [{ Sns }] }) => Sns.Message);

const anyShape = z.union([fromEventBridge, fromLambdaAction, fromSns]);

/** What an alarm sends over EventBridge, by SNS, or by its own Lambda action. Undefined for everything else. */
export function alarmOf(event: unknown): Alarm | undefined {
  const read = anyShape.safeParse(event);
  if (!read.success) return undefined;
  const { alarmName, state } = read.data;
  return {
    name: alarmName,
    state: state.value,
    at: state.timestamp,
    ...(state.reason === undefined ? {} : { reason: state.reason }),
  };
}

const covers = (pattern: string, name: string) =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name;

/** The first target that names the alarm among its own. */
export const targetOfAlarm = ({ targets }: MedicConfig, name: string): Target | undefined =>
  targets.find(({ alarms }) => alarms.some((pattern) => covers(pattern, name)));
