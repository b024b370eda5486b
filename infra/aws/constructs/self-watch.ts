import { Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { cloudWatchMayPublish } from './alarm-entry.ts';

export interface SelfWatchProps {
  flows: sfn.StateMachine[];
  deadLetters: sqs.Queue;
  /** people hear of it here: no function of the medic stands in between */
  topic: sns.Topic;
}

/** Who watches the medic: CloudWatch alone. */
export class SelfWatch extends Construct {
  constructor(scope: Construct, id: string, { flows, deadLetters, topic }: SelfWatchProps) {
    super(scope, id);
    topic.addToResourcePolicy(cloudWatchMayPublish(topic, Stack.of(this).account));
    const action = new SnsAction(topic);
    const period = Duration.minutes(1);

    for (const flow of flows) {
      const ways = { failed: flow.metricFailed, 'timed-out': flow.metricTimedOut, aborted: flow.metricAborted };
      for (const [way, metric] of Object.entries(ways))
        this.#alarm(`${flow.node.scope?.node.id}-${way}`, metric.call(flow, { period, statistic: 'Sum' }), {
          words: `An execution of ${flow.node.scope?.node.id} ended ${way}: an incident may be without a response.`,
          action,
        });
    }
    this.#alarm('undelivered', deadLetters.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' }), {
      words: 'An alarm or a scheduled look reached no function: see the dead-letter queue.',
      action,
    });
  }

  #alarm(id: string, metric: cloudwatch.Metric, { words, action }: { words: string; action: SnsAction }) {
    const alarm = new cloudwatch.Alarm(this, id, {
      alarmName: `${Stack.of(this).stackName}-${id}`,
      alarmDescription: words,
      metric,
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(action);
  }
}
