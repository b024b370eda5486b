/** One change of a CloudWatch alarm's state, in the three ways in which AWS documents that it arrives. */
export function alarmEvents({ name = 'shop-availability', state = 'ALARM', at = '2026-11-25T09:30:00.123+0000' } = {}) {
  const arn = `arn:aws:cloudwatch:eu-west-1:111122223333:alarm:${name}`;
  const reason = 'Threshold Crossed: 3 datapoints were below 99';
  const change = {
    alarmName: name,
    state: { value: state, reason, reasonData: '{"version":"1.0"}', timestamp: at },
    previousState: { value: 'OK', reason: 'fine', timestamp: '2026-11-25T08:00:00.000+0000' },
    configuration: { description: 'too few requests succeed', metrics: [] },
  };
  const message = {
    AlarmName: name,
    AlarmDescription: 'too few requests succeed',
    AWSAccountId: '111122223333',
    NewStateValue: state,
    NewStateReason: reason,
    StateChangeTime: at,
    Region: 'EU (Ireland)',
    AlarmArn: arn,
    OldStateValue: 'OK',
    Trigger: { MetricName: 'availability' },
  };
  return {
    eventBridge: {
      version: '0',
      id: 'c4c1c1c9-6542-e61b-6ef0-8c4d36933a92',
      'detail-type': 'CloudWatch Alarm State Change',
      source: 'aws.cloudwatch',
      account: '111122223333',
      time: '2026-11-25T09:30:01Z',
      region: 'eu-west-1',
      resources: [arn],
      detail: change,
    },
    lambdaAction: {
      source: 'aws.cloudwatch',
      alarmArn: arn,
      accountId: '111122223333',
      time: '2026-11-25T09:30:01.000+0000',
      region: 'eu-west-1',
      alarmData: change,
    },
    message,
    sns: {
      Records: [
        {
          EventSource: 'aws:sns',
          EventVersion: '1.0',
          EventSubscriptionArn: 'arn:aws:sns:eu-west-1:111122223333:alarms:1',
          Sns: { Type: 'Notification', MessageId: '1', Subject: `ALARM: "${name}"`, Message: JSON.stringify(message) },
        },
      ],
    },
  };
}
