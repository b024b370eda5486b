import { readdirSync, readFileSync } from 'node:fs';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { lookInput } from '#shared/domain/look-input.ts';
import { synthesized } from './synthesized.ts';

// The CDK takes its time on a busy machine.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });

let template: Template;
let deadLetters: string;
const deadLetterArn = () => ({ 'Fn::GetAtt': [deadLetters, 'Arn'] });

beforeAll(async () => {
  template = Template.fromStack((await synthesized()).stack);
  const queues = Object.keys(template.findResources('AWS::SQS::Queue'));
  expect(queues).toHaveLength(1);
  deadLetters = queues[0] ?? '';
});

describe('the schedules', () => {
  it('look at each target by its own name, and drop a look that is late', () => {
    const schedules = Object.values(template.findResources('AWS::Scheduler::Schedule'));
    const inputs = schedules.map(({ Properties }) => JSON.parse(Properties.Target.Input));
    const asked = ['shop', 'billing'].map((target) => ({ target, mode: 'act' }));
    expect(inputs).toEqual([...asked.map((one) => ({ ...one, run: '<aws.scheduler.scheduled-time>' })), ...asked]);
    template.allResourcesProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'rate(5 minutes)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: Match.objectLike({
        RetryPolicy: { MaximumEventAgeInSeconds: 120, MaximumRetryAttempts: 1 },
        DeadLetterConfig: { Arn: deadLetterArn() },
      }),
    });
  });

  it('obey medic.config.ts', async () => {
    const schedules = { 'check-health': 'rate(1 minute)', 'probe-otlp': 'rate(1 minute)' };
    const { stack } = await synthesized({ schedules });
    Template.fromStack(stack).allResourcesProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'rate(1 minute)',
    });
  });

  it('have names of their own, however long those of the targets are', async () => {
    const long = 'a'.repeat(62);
    const { stack } = await synthesized({ targets: ['shop', `${long}1`, `${long}2`] });
    const schedules = Object.values(Template.fromStack(stack).findResources('AWS::Scheduler::Schedule'));
    const names: string[] = schedules.map(({ Properties }) => Properties.Name);
    expect(names).toContain('check-health-shop');
    expect(new Set(names).size).toBe(6);
    expect(names.filter((name) => !/^[\w.-]{1,64}$/.test(name))).toEqual([]);
  });

  it('of probes are for targets that name an endpoint', async () => {
    const { stack } = await synthesized({ otlp: [] });
    const schedules = Object.values(Template.fromStack(stack).findResources('AWS::Scheduler::Schedule'));
    expect(schedules.map(({ Properties }) => Properties.Name)).toEqual(['check-health-shop', 'check-health-billing']);
  });

  it('are refused for a function that does not run by itself', async () => {
    const made = synthesized({ schedules: { 'restart-rollout': 'rate(1 minute)' } });
    await expect(made).rejects.toThrow(
      /schedules\.restart-rollout: no such function runs by itself: check-health, diagnose, .* do or can$/,
    );
  });

  it('run what does not run by itself where medic.config.ts says so, with an event that it takes', async () => {
    const { stack } = await synthesized({ schedules: { diagnose: 'rate(1 hour)', 'diagnose-storage': 'rate(1 day)' } });
    const schedules = Object.values(Template.fromStack(stack).findResources('AWS::Scheduler::Schedule'));
    const every = schedules.map(({ Properties: { Name, ScheduleExpression } }) => `${Name} ${ScheduleExpression}`);
    expect(every.filter((one) => /-shop /.test(one)).toSorted()).toEqual([
      'check-health-shop rate(5 minutes)',
      'diagnose-shop rate(1 hour)',
      'diagnose-storage-shop rate(1 day)',
      'probe-otlp-shop rate(5 minutes)',
    ]);
    for (const { Properties } of schedules.filter(({ Properties: { Name } }) => !Name.startsWith('probe-otlp')))
      expect(lookInput.safeParse(JSON.parse(Properties.Target.Input)).error).toBeUndefined();
  });
});

describe('alarms', () => {
  it('come over the event bus when they are named and go into ALARM, or back to OK', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.cloudwatch'],
        'detail-type': ['CloudWatch Alarm State Change'],
        detail: {
          alarmName: [
            'shop-availability',
            { prefix: 'shop-latency-' },
            'billing-availability',
            { prefix: 'billing-latency-' },
          ],
          state: { value: ['ALARM', 'OK'] },
        },
      },
      Targets: [Match.objectLike({ DeadLetterConfig: { Arn: deadLetterArn() } })],
    });
  });

  it('come by SNS, from CloudWatch of this account alone', () => {
    template.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'lambda',
      FilterPolicyScope: 'MessageBody',
      FilterPolicy: { NewStateValue: ['ALARM', 'OK'] },
      RedrivePolicy: { deadLetterTargetArn: deadLetterArn() },
    });
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } },
          }),
        ]),
      },
    });
  });

  it('may invoke the function that starts the flow, and no other', () => {
    const permissions = Object.values(template.findResources('AWS::Lambda::Permission'));
    const functions = permissions.map(({ Properties }) => JSON.stringify(Properties.FunctionName));
    expect(permissions.map(({ Properties }) => Properties.Principal).sort()).toEqual([
      'events.amazonaws.com',
      'lambda.alarms.cloudwatch.amazonaws.com',
      'sns.amazonaws.com',
    ]);
    expect(functions.filter((name) => !name.includes('startresponse'))).toEqual([]);
  });
});

it('keeps an event that a function failed on, where nobody waits for its answer', () => {
  const functions = Object.values(template.findResources('AWS::Lambda::Function'));
  const kept = functions.filter(({ Properties }) => Properties.DeadLetterConfig);
  expect(kept.map(({ Properties }) => Properties.FunctionName).sort()).toEqual([
    'otlp-medic-check-health',
    'otlp-medic-probe-otlp',
    'otlp-medic-start-response',
  ]);
});

describe('the watch over the medic itself', () => {
  it('tells people of failed flows and undelivered events, through no function of its own', () => {
    const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties);
    expect(alarms.map(({ AlarmName }) => AlarmName).sort()).toEqual([
      'otlp-medic-P0Response-aborted',
      'otlp-medic-P0Response-failed',
      'otlp-medic-P0Response-timed-out',
      'otlp-medic-undelivered',
    ]);
    const topics = template.findResources('AWS::SNS::Topic', { Properties: { DisplayName: 'otlp-medic P0' } });
    const [p0] = Object.keys(topics);
    for (const { AlarmActions, Threshold } of alarms) {
      expect(AlarmActions).toEqual([{ Ref: p0 }]);
      expect(Threshold).toBe(1);
    }
  });

  it('may publish to the topic that it tells them by', () => {
    const [p0] = Object.keys(
      template.findResources('AWS::SNS::Topic', { Properties: { DisplayName: 'otlp-medic P0' } }),
    );
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      Topics: [{ Ref: p0 }],
      PolicyDocument: {
        Statement: Match.arrayWith([Match.objectLike({ Principal: { Service: 'cloudwatch.amazonaws.com' } })]),
      },
    });
  });
});

describe('the test events of the console', () => {
  const schemas = () =>
    Object.values(template.findResources('AWS::EventSchemas::Schema')).map(({ Properties }) => Properties);

  it('are the sample events of each function, about a target that is deployed', () => {
    for (const { SchemaName, RegistryName, Content } of schemas()) {
      expect(RegistryName).toBe('lambda-testevent-schemas');
      const name = SchemaName.replace(/^_otlp-medic-(.+)-schema$/, '$1');
      const { examples } = JSON.parse(Content).components;
      const files = readdirSync(`functions/${name}/events`);
      expect(Object.keys(examples).map((example) => `${example}.json`)).toEqual(files);
      for (const file of files) {
        const sample = JSON.parse(readFileSync(`functions/${name}/events/${file}`, 'utf8'));
        const target = sample.target === 'sandbox' ? { target: 'shop' } : {};
        expect(examples[file.replace('.json', '')].value).toEqual({ ...sample, ...target });
      }
    }
    expect(schemas()).toHaveLength(readdirSync('functions').length);
  });
});

it('leaves out the types that the place of deployment does not know', async () => {
  const leaveOut = ['AWS::EKS::AccessEntry', 'AWS::EventSchemas::Schema', 'AWS::EventSchemas::Registry'];
  const without = Template.fromStack((await synthesized({ leaveOut })).stack);
  for (const type of leaveOut) without.resourceCountIs(type, 0);
  without.resourceCountIs('AWS::Lambda::Function', readdirSync('functions').length);
});

it('says that there is nothing to look at without a target on EKS', async () => {
  const { stack } = await synthesized({ targets: [] });
  expect(Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('nothing to look at'))).toHaveLength(1);
  Template.fromStack(stack).resourceCountIs('AWS::Scheduler::Schedule', 0);
});
