import { Duration, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export interface AlarmEntryProps {
  /** functions that take alarms */
  functions: lambda.Function[];
  /** names of alarms, or beginnings of names that end in `*` */
  alarms: string[];
  deadLetters: sqs.IQueue;
}

/** An alarm that nobody has heard of for an hour is stale: CloudWatch, or a person, has seen to it by then. */
const EVENT_AGE = Duration.hours(1);

/** What opens an incident, and what is noted in an open one. */
const STATES = ['ALARM', 'OK'];

const matcher = (alarm: string) => (alarm.endsWith('*') ? { prefix: alarm.slice(0, -1) } : alarm);

/**
 * The ways in for alarms: their state changes on the event bus, which need nothing at the alarm, and a topic for alarms
 * that publish. `lambda.alarms.cloudwatch.amazonaws.com` may invoke directly, too.
 */
export class AlarmEntry extends Construct {
  readonly topic: sns.Topic;

  constructor(scope: Construct, id: string, { functions, alarms, deadLetters }: AlarmEntryProps) {
    super(scope, id);
    const { account } = Stack.of(this);
    this.topic = new sns.Topic(this, 'Topic', { displayName: 'otlp-medic alarms', enforceSSL: true });
    this.topic.addToResourcePolicy(cloudWatchMayPublish(this.topic, account));

    for (const fn of functions) {
      // Without a named alarm nothing may match: an empty list would be an invalid pattern.
      if (alarms.length > 0)
        new events.Rule(this, `${fn.node.scope?.node.id}-rule`, {
          description: 'Alarms that medic.config.ts names at a target, when they go into ALARM, and back to OK.',
          eventPattern: {
            source: ['aws.cloudwatch'],
            detailType: ['CloudWatch Alarm State Change'],
            detail: { alarmName: alarms.map(matcher), state: { value: STATES } },
          },
          targets: [
            new targets.LambdaFunction(fn, { deadLetterQueue: deadLetters, maxEventAge: EVENT_AGE, retryAttempts: 8 }),
          ],
        });
      this.topic.addSubscription(
        new subscriptions.LambdaSubscription(fn, {
          deadLetterQueue: deadLetters,
          filterPolicyWithMessageBody: {
            NewStateValue: sns.FilterOrPolicy.filter(sns.SubscriptionFilter.stringFilter({ allowlist: STATES })),
          },
        }),
      );
      fn.addPermission('AlarmAction', {
        principal: new iam.ServicePrincipal('lambda.alarms.cloudwatch.amazonaws.com'),
        sourceAccount: account,
      });
    }
  }
}

/** enforceSSL gives the topic a policy, and that takes the place of the default one, which lets CloudWatch in. */
export const cloudWatchMayPublish = (topic: sns.ITopic, account: string) =>
  new iam.PolicyStatement({
    sid: 'CloudWatchMayPublish',
    principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
    actions: ['sns:Publish'],
    resources: [topic.topicArn],
    conditions: { StringEquals: { 'aws:SourceAccount': account } },
  });
