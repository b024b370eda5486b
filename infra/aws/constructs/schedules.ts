import { createHash } from 'node:crypto';
import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { SCHEDULED_TIME } from '#shared/domain/look-input.ts';
import type { MedicFunction } from './medic-function.ts';

/** A look that comes late is worth nothing: the next one is due. EventBridge's own default is a day and 185 repeats. */
const EVENT_AGE_SECONDS = 120;
const REPEATS = 1;

export interface SchedulesProps {
  /** `targets`: their names; each has a schedule of its own, so that one can be paused */
  functions: { of: MedicFunction; every: string; takes: readonly string[]; targets: readonly string[] }[];
  deadLetters: sqs.IQueue;
}

const NAME_LIMIT = 64;

/** Two long names may differ behind the cut alone: a hash of the whole keeps them apart. */
function scheduleName(whole: string): string {
  if (whole.length <= NAME_LIMIT) return whole;
  const hash = createHash('sha256').update(whole).digest('hex').slice(0, 8);
  return `${whole.slice(0, NAME_LIMIT - hash.length - 1)}-${hash}`;
}

/** An event has only the fields that its function knows. A repeated delivery bears the same time as the first. */
function eventFor(target: string, takes: readonly string[]): Record<string, string> {
  const said = { target, mode: 'act', run: SCHEDULED_TIME };
  return Object.fromEntries(Object.entries(said).filter(([field]) => takes.includes(field)));
}

/** What runs by itself: each such function for each target. The group holds them together in the console. */
export class Schedules extends Construct {
  constructor(scope: Construct, id: string, { functions, deadLetters }: SchedulesProps) {
    super(scope, id);
    if (functions.length === 0) return;
    const { stackName, account } = Stack.of(this);
    const group = new scheduler.CfnScheduleGroup(this, 'Group', { name: stackName });
    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
      description: 'Invokes the functions that have a schedule.',
      inlinePolicies: {
        Invoke: new iam.PolicyDocument({
          statements: [
            new iam.PolicyStatement({
              sid: 'Invoke',
              actions: ['lambda:InvokeFunction'],
              resources: functions.map(({ of }) => of.function.functionArn),
            }),
            new iam.PolicyStatement({
              sid: 'KeepUndelivered',
              actions: ['sqs:SendMessage'],
              resources: [deadLetters.queueArn],
            }),
          ],
        }),
      },
    });
    // L1: the L2 target gives its role every version and alias of the function.
    for (const { of, every, takes, targets } of functions)
      for (const target of targets)
        new scheduler.CfnSchedule(this, `${of.node.id}-${target}`, {
          name: scheduleName(`${of.node.id}-${target}`),
          groupName: group.ref,
          scheduleExpression: every,
          flexibleTimeWindow: { mode: 'OFF' },
          target: {
            arn: of.function.functionArn,
            roleArn: role.roleArn,
            input: JSON.stringify(eventFor(target, takes)),
            retryPolicy: { maximumEventAgeInSeconds: EVENT_AGE_SECONDS, maximumRetryAttempts: REPEATS },
            deadLetterConfig: { arn: deadLetters.queueArn },
          },
        });
  }
}
