import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { ListRulesCommand, TestEventPatternCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, ListExecutionsCommand, ListStateMachinesCommand } from '@aws-sdk/client-sfn';
import { ConfirmSubscriptionCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { eksTokens } from '#shared/aws/eks-token.ts';
import { apiServer } from '#shared/kubernetes/api-server.ts';
import { systemClock } from '#shared/ports/clock.ts';
import { RESOURCES } from '#shared/ports/resources.ts';
import { guideNamespace } from '#test/cluster/guide-namespace.ts';
import { putSituation } from '#test/cluster/situation.ts';
import { alarmEvents } from '#test/support/alarms.ts';
import { type HttpServer, serve } from '#test/support/http-server.ts';
import { missing } from '../../../scripts/components/place.ts';
import { portOf } from '../../../scripts/control-plane/components.ts';
import { ALARM, CLUSTER, type Deployment, deploy, REGION, shopRbac } from './deployment.ts';

const absent = missing('cluster');

describe.skipIf(absent.length > 0)('the deployed medic', { timeout: 180_000 }, () => {
  let medic: Deployment;
  let subscriber: HttpServer;

  beforeAll(async () => {
    medic = await deploy();
    const namespace = 'shop';
    await putSituation(medic.plane.client, {
      namespace,
      objects: Object.values(guideNamespace(namespace)),
      available: ['otlp-app', 'otel-collector'],
      symptoms: [
        {
          pods: 'app=otlp-app',
          container: { state: { running: { startedAt: '2026-01-01T00:00:00Z' } } },
          events: [
            {
              reason: 'Unhealthy',
              message: 'Readiness probe failed: Get "http://198.18.0.9:8080/health": context deadline exceeded',
              count: 30,
            },
          ],
        },
      ],
    });
    await medic.plane.client.apply(shopRbac());
    subscriber = await serve((_, response) => void response.end());
    await hears(medic.outputs().NoticeTopicP0Arn);
    await hears(medic.outputs().AlarmTopicArn);
    const actions = [medic.outputs().AlarmTopicArn ?? ''];
    await medic.aws.cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName: ALARM,
        Namespace: 'shop',
        MetricName: 'availability',
        Statistic: 'Average',
        Period: 60,
        EvaluationPeriods: 3,
        Threshold: 99,
        ComparisonOperator: 'LessThanThreshold',
        AlarmActions: actions,
        OKActions: actions,
      }),
    );
  }, 240_000);
  afterAll(async () => {
    await subscriber?.[Symbol.asyncDispose]();
    await medic?.[Symbol.asyncDispose]();
  }, 60_000);

  /** What SNS posted from one topic. */
  const posts = (type: string, topic: string | undefined) =>
    subscriber.requests
      .map(({ body }) => JSON.parse(String(body)))
      .filter(({ Type, TopicArn }) => Type === type && TopicArn === topic);
  async function hears(TopicArn: string | undefined) {
    await medic.aws.sns.send(new SubscribeCommand({ TopicArn, Protocol: 'http', Endpoint: subscriber.url }));
    const { Token } = await vi.waitFor(
      () => posts('SubscriptionConfirmation', TopicArn)[0] ?? Promise.reject(new Error('none')),
      10_000,
    );
    await medic.aws.sns.send(new ConfirmSubscriptionCommand({ TopicArn, Token }));
  }

  async function invoke(name: string, event: object) {
    const { Payload, FunctionError } = await medic.aws.lambda.send(
      new InvokeCommand({ FunctionName: `otlp-medic-${name}`, Payload: JSON.stringify(event) }),
    );
    return { failed: FunctionError !== undefined, answer: JSON.parse(Buffer.from(Payload ?? []).toString()) };
  }

  async function executions() {
    const { stateMachines } = await medic.aws.sfn.send(new ListStateMachinesCommand({}));
    const stateMachineArn = stateMachines?.find(({ name }) => name === 'otlp-medic-p0-response')?.stateMachineArn;
    return (await medic.aws.sfn.send(new ListExecutionsCommand({ stateMachineArn }))).executions ?? [];
  }
  const keys = async () => {
    const Bucket = medic.outputs().ReportBucketName;
    const { Contents = [] } = await medic.aws.s3.send(new ListObjectsV2Command({ Bucket }));
    return Contents.map(({ Key = '' }) => Key);
  };
  async function text(Key: string) {
    const Bucket = medic.outputs().ReportBucketName;
    const { Body } = await medic.aws.s3.send(new GetObjectCommand({ Bucket, Key }));
    return (await Body?.transformToString()) ?? '';
  }
  const revisions = () =>
    medic.plane.client
      .kubectl('-n', 'shop', 'rollout', 'history', 'deployment/otlp-app')
      .then((said) => said.match(/^\d+ /gm));
  /** As CloudWatch does it: what the alarm then publishes to its topic reaches the function by SNS. */
  const alarmGoes = (StateValue: 'ALARM' | 'OK') =>
    medic.aws.cloudwatch.send(
      new SetAlarmStateCommand({ AlarmName: ALARM, StateValue, StateReason: 'Threshold Crossed: 3 datapoints' }),
    );
  /** The change that CloudWatch has published, as it comes by the other ways. */
  function publishedChange() {
    const [{ Message }] = posts('Notification', medic.outputs().AlarmTopicArn);
    const { NewStateValue: state, StateChangeTime: at } = JSON.parse(Message);
    return alarmEvents({ name: ALARM, state, at });
  }
  /** As EventBridge delivers it, without waiting for an answer. PutEvents takes no event of AWS itself, here and there. */
  async function deliverByEventBridge({ eventBridge }: ReturnType<typeof alarmEvents>) {
    const { Rules = [] } = await medic.aws.events.send(new ListRulesCommand({ NamePrefix: 'otlp-medic-' }));
    const Event = JSON.stringify(eventBridge);
    const matches = await Promise.all(
      Rules.flatMap(({ EventPattern }) =>
        EventPattern ? [medic.aws.events.send(new TestEventPatternCommand({ EventPattern, Event }))] : [],
      ),
    );
    expect(matches.map(({ Result }) => Result)).toEqual([true]);
    const FunctionName = 'otlp-medic-start-response';
    await medic.aws.lambda.send(new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload: Event }));
  }

  const REFUSAL =
    /^.*(20261125-093000-1a2b3c|no snapshot at|no log at|has no OTLP endpoint|is not taken from an event here).*$/;
  const samples = readdirSync('functions').flatMap((name) =>
    readdirSync(`functions/${name}/events`).map((file) => ({
      name,
      file,
      event: JSON.parse(readFileSync(`functions/${name}/events/${file}`, 'utf8')) as Record<string, unknown>,
    })),
  );

  it.each(samples.filter(({ event }) => event.mode !== 'act'))('answers $file of $name', async ({ name, event }) => {
    const { failed, answer } = await invoke(name, event.target === 'sandbox' ? { ...event, target: 'shop' } : event);
    // A sample names what is not there, or what only a person at a terminal may choose: that is said in one line. The
    // stand-in loses the name of the error.
    if (failed) expect(answer.errorMessage).toMatch(REFUSAL);
    else expect(answer).toEqual(expect.any(Object));
  });

  it('restarts what hangs when an alarm publishes that it goes off, and proves, reports and tells it', async () => {
    await alarmGoes('ALARM');
    const [execution] = await vi.waitFor(
      async () => {
        const all = await executions();
        expect(all[0]?.status).toBeDefined();
        expect(all[0]?.status).not.toBe('RUNNING');
        return all;
      },
      { timeout: 60_000, interval: 1000 },
    );
    const { status, output, error, cause } = await medic.aws.sfn.send(
      new DescribeExecutionCommand({ executionArn: execution?.executionArn }),
    );
    expect({ status, error, cause }).toEqual({ status: 'SUCCEEDED' });
    const ended = JSON.parse(output ?? '{}');
    expect({ ...ended, refusals: medic.refusals }).toMatchObject({
      outcome: 'recovered',
      target: 'shop',
      reason: expect.any(String),
      refusals: [],
    });
    expect(await revisions()).toEqual(['1 ', '2 ']);

    const [page = ''] = (await keys()).filter((key) => key.endsWith('report.html'));
    expect(await text(page)).toContain('recovered');
    const subjects = posts('Notification', medic.outputs().NoticeTopicP0Arn).map(({ Subject }) => Subject);
    expect(subjects).toHaveLength(2);
    expect(medic.slack.requests).toHaveLength(2);
  });

  it('does nothing twice when the same change comes again, by the other ways', async () => {
    const before = await keys();
    const change = publishedChange();
    await deliverByEventBridge(change);
    const { answer } = await invoke('start-response', change.lambdaAction);
    expect(answer).toMatchObject({ result: 'already-started' });
    expect(await executions()).toHaveLength(1);
    expect((await keys()).filter((key) => key.startsWith('incidents/'))).toEqual(
      before.filter((key) => key.startsWith('incidents/')),
    );
    expect(medic.slack.requests).toHaveLength(2);
    expect(await revisions()).toEqual(['1 ', '2 ']);
  });

  it('notes in the open incident that the alarm is OK again, and leaves it open', async () => {
    const { answer: opened } = await invoke('open-incident', { mode: 'act' });
    expect(opened).toMatchObject({ opened: 'new', target: 'shop' });
    // The stand-in knows the time of a change to the second.
    await sleep(1000);
    await alarmGoes('OK');
    const prefix = `incidents/${opened.openedAt.slice(0, 7).replace('-', '/')}/${opened.incidentId}`;
    const timeline = async () => {
      const entries = (await keys()).filter((key) => key.startsWith(`${prefix}/timeline/`));
      return Promise.all(entries.map(async (key) => JSON.parse(await text(key))));
    };
    await vi.waitFor(async () => expect((await timeline()).map(({ kind }) => kind)).toEqual(['opened', 'note']), {
      timeout: 30_000,
      interval: 500,
    });
    expect((await timeline())[1].text).toBe(`alarm ${ALARM} is OK again: Threshold Crossed: 3 datapoints`);
    expect(JSON.parse(await text(`${prefix}/incident.json`))).toMatchObject({ status: 'open', occurrences: 1 });
    expect(await executions()).toHaveLength(1);
    const closing = { incidentId: opened.incidentId, outcome: 'nothing-to-do', mode: 'act' };
    expect((await invoke('close-incident', closing)).answer).toMatchObject({ result: 'closed' });
  });

  it('looks at the target by its schedule', async () => {
    await vi.waitFor(async () => expect(await keys()).toContain('status/shop.json'), {
      timeout: 90_000,
      interval: 2000,
    });
    expect(JSON.parse(await text('status/shop.json'))).toMatchObject({ target: 'shop', schemaVersion: 1 });
  });

  it('writes to the cluster by one role, to one workload; all the others only read', async () => {
    const calls = readFileSync(medic.plane.auditLog, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as AuditEvent)
      .filter(({ user }) => user.username.startsWith('otlp-medic:'));
    const users = new Set(calls.map(({ user }) => user.username));
    expect(users).toContain('otlp-medic:collect-snapshot');
    expect(users).toContain('otlp-medic:verify-recovery');
    const writes = calls.filter(({ verb }) => verb !== 'get' && verb !== 'list');
    const said = writes.map(({ user, verb, objectRef: of }) => `${user.username} ${verb} ${of?.resource}/${of?.name}`);
    expect(new Set(said)).toEqual(new Set(['otlp-medic:restart-rollout patch deployments/otlp-app']));
    const secrets = calls.filter(({ objectRef }) => objectRef?.resource === 'secrets');
    expect(secrets.filter(({ responseStatus }) => responseStatus?.code !== 403)).toEqual([]);
  });

  it.each([
    ['readers', 'patch', 'deployments/otlp-app'],
    ['actors', 'patch', 'deployments/otel-collector'],
    ['actors', 'delete', 'deployments/otlp-app'],
    ['actors', 'list', 'pods'],
    ['readers', 'create', 'pods/exec'],
    ['readers', 'get', 'secrets/otlp-app-secrets'],
  ])('gives the %s no right to %s %s', async (group, verb, object) => {
    const as = ['--as=somebody', `--as-group=otlp-medic:${group}`];
    const asked = medic.plane.client.kubectl('-n', 'shop', 'auth', 'can-i', verb, object, ...as);
    // kubectl says no by its exit code.
    expect(await asked.catch(({ stdout }) => stdout)).toBe('no\n');
  });

  it('is refused by the cluster with a token for another one', async () => {
    const credentials = async () => ({ accessKeyId: '111122223333', secretAccessKey: 'stand-in' });
    const token = eksTokens({ cluster: 'staging', region: REGION, credentials, clock: systemClock });
    const cluster = apiServer({
      name: CLUSTER,
      url: `https://localhost:${portOf(medic.plane.bed, 'kube-apiserver')}`,
      ca: readFileSync(medic.caFile, 'utf8'),
      credentials: async () => ({ headers: { authorization: `Bearer ${await token()}` } }),
    });
    const asked = cluster.list(RESOURCES.pods, { namespace: 'shop' });
    await expect(asked).rejects.toMatchObject({ fault: 'unauthorized' });
    cluster.close();
    expect(new Set(medic.refusals)).toEqual(new Set([`not signed for cluster ${CLUSTER}`]));
  });

  it('is deployed again without a change, and destroyed but for its reports', async () => {
    expect(await medic.cdk.deploy()).toContain('no changes');
    const kept = await keys();
    expect(await medic.cdk.destroy()).toContain('destroyed');
    expect((await medic.aws.lambda.send(new ListFunctionsCommand({}))).Functions).toEqual([]);
    expect((await medic.aws.sfn.send(new ListStateMachinesCommand({}))).stateMachines).toEqual([]);
    expect(await keys()).toEqual(kept);
  });
});

interface AuditEvent {
  user: { username: string };
  verb: string;
  objectRef?: { resource: string; name?: string };
  responseStatus?: { code: number };
}
