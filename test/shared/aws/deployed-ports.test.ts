import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deployedPorts } from '#shared/aws/deployed-ports.ts';
import type { Message } from '#shared/ports/notifier.ts';
import type { ProbeRequest } from '#shared/ports/prober.ts';
import { useAwsAt } from '#test/support/aws-environment.ts';
import { type HttpServer, serve } from '#test/support/http-server.ts';

const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:medic-p0';
const notice: Message = { id: 'n-1', severity: 'P0', title: 'down', text: 'down', blocks: [] };

let dir: string;
let aws: HttpServer;
let slack: HttpServer;
/** what Secrets Manager answers: the secret's text, or an error's name */
let secret: { text: string } | { error: string };

async function layer(content: unknown): Promise<string> {
  const file = join(dir, 'medic.config.json');
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'medic-layer-'));
  slack = await serve((_, response) => void response.end('ok'));
  aws = await serve(({ headers }, response) => {
    if (!String(headers['x-amz-target']).startsWith('secretsmanager')) return void response.end('<PublishResponse/>');
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    if ('text' in secret) return void response.end(JSON.stringify({ SecretString: secret.text }));
    response.writeHead(400).end(JSON.stringify({ __type: secret.error, message: 'no' }));
  });
  useAwsAt(aws.url);
  vi.stubEnv('MEDIC_BUCKET', 'medic-bucket');
  vi.stubEnv('MEDIC_CONFIG_MODULE', await layer({ targets: [{ name: 'prod', cluster: { eks: 'c', region: 'r' } }] }));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(dir, { recursive: true });
  await aws[Symbol.asyncDispose]();
  await slack[Symbol.asyncDispose]();
});

describe('the ports of a deployed function', () => {
  it('come from its environment and its configuration layer, without a call', async () => {
    const ports = await deployedPorts();
    expect(ports.config.targets[0]).toMatchObject({ name: 'prod', namespace: 'otlp-system' });
    expect(ports.store.locate('a')).toContain('/s3/object/medic-bucket?region=eu-west-1');
    expect(await ports.notifier.send(notice)).toEqual([]);
    expect(aws.requests).toEqual([]);
  });

  it('trust a CA certificate that the layer brings along', async () => {
    const cluster = { eks: 'c', region: 'r', caFile: 'prod-ca.pem' };
    vi.stubEnv('MEDIC_CONFIG_MODULE', await layer({ targets: [{ name: 'prod', cluster }] }));
    const { config } = await deployedPorts();
    expect(config.targets[0]?.cluster).toEqual({ ...cluster, caFile: join(dir, 'prod-ca.pem') });
  });

  it('reach EKS clusters, and no other kind', async () => {
    const { clusters, config } = await deployedPorts();
    const [prod] = config.targets;
    if (!prod) throw new Error('the layer has no target');
    // The server here is no EKS API: that it was asked at all is the point.
    await expect(clusters.open(prod)).rejects.toMatchObject({ name: 'ClusterError' });
    expect(aws.requests.map(({ path }) => path)).toContain('/clusters/c');
    await expect(clusters.open({ ...prod, cluster: { context: 'dev' } })).rejects.toMatchObject({
      name: 'ClusterError',
      fault: 'credentials',
      message: expect.stringContaining('target "prod": a cluster of a kubeconfig cannot be reached from here'),
    });
  });

  it.each([
    ['MEDIC_BUCKET', undefined, /MEDIC_BUCKET: missing/],
    ['MEDIC_TOPIC_P1', 'medic-p1', /MEDIC_TOPIC_P1: write the ARN of an SNS topic/],
    [
      'MEDIC_CONFIG_MODULE',
      'medic-config',
      /configuration "medic-config" is not there: attach the configuration layer/,
    ],
  ])('need %s to be right: %s', async (variable, value, words) => {
    vi.stubEnv(variable, value);
    await expect(deployedPorts()).rejects.toMatchObject({ name: 'ConfigError', message: expect.stringMatching(words) });
  });

  it.each([
    ['{ not json', /is not readable JSON/],
    [{ target: [] }, /target is not a setting: did you mean "targets"\?; deploy medic.config.ts again/],
    [{ targets: [{ name: 'prod' }] }, /targets\[0\]\.cluster/],
  ])('need a valid configuration: %j', async (content, words) => {
    vi.stubEnv('MEDIC_CONFIG_MODULE', await layer(content));
    const error = await deployedPorts().catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ name: 'ConfigError', message: expect.stringMatching(words) });
    expect((error as Error).message).not.toContain('\n');
  });
});

it('a deployed function reads the headers of its probes once for all of them', async () => {
  secret = { text: 'authorization=Bearer x' };
  const { prober } = await deployedPorts();
  const request = {
    endpoint: 'not a URL',
    protocol: 'http/protobuf',
    signals: ['traces'],
    headersSecret: 'otlp-medic/headers',
    queries: [],
    timeoutMs: 100,
    slowMs: 100,
    target: 'prod',
  } satisfies ProbeRequest;
  await prober.probe(request);
  await prober.probe(request);
  expect(aws.requests).toHaveLength(1);
});

describe('the notices of a deployed function', () => {
  const withSlack = async () => layer({ notify: { slack: {} } });

  it('go to the topics and to Slack', async () => {
    secret = { text: `${slack.url}/services/x\n` };
    vi.stubEnv('MEDIC_CONFIG_MODULE', await withSlack());
    vi.stubEnv('MEDIC_TOPIC_P0', TOPIC);
    vi.stubEnv('MEDIC_SLACK_SECRET', 'otlp-medic/slack');
    const { notifier } = await deployedPorts();
    expect(await notifier.send(notice)).toEqual([
      { channel: 'sns:medic-p0', delivered: true },
      { channel: 'slack', delivered: true },
    ]);
    expect(slack.requests[0]?.path).toBe('/services/x');
  });

  it('ask for the secret once, and read it as text or as JSON of the console', async () => {
    secret = { text: JSON.stringify({ url: `${slack.url}/services/y` }) };
    vi.stubEnv('MEDIC_CONFIG_MODULE', await withSlack());
    vi.stubEnv('MEDIC_SLACK_SECRET', 'otlp-medic/slack');
    const { notifier } = await deployedPorts();
    await notifier.send(notice);
    await notifier.send(notice);
    expect(slack.requests.map(({ path }) => path)).toEqual(['/services/y', '/services/y']);
    expect(aws.requests).toHaveLength(1);
  });

  it('take the URL from the variable that the configuration names when there is no secret', async () => {
    vi.stubEnv('MEDIC_CONFIG_MODULE', await layer({ notify: { slack: { webhookEnv: 'CHAT_URL' } } }));
    const { notifier } = await deployedPorts();
    expect(await notifier.send(notice)).toMatchObject([
      { delivered: false, why: 'notify.slack is configured, but neither MEDIC_SLACK_SECRET nor CHAT_URL is set' },
    ]);
    vi.stubEnv('CHAT_URL', `${slack.url}/services/z`);
    expect(await notifier.send(notice)).toEqual([{ channel: 'slack', delivered: true }]);
  });

  it.each([
    ['ResourceNotFoundException', 'it does not exist, or is in another region'],
    ['AccessDeniedException', 'access denied: allow secretsmanager:GetSecretValue on that secret'],
  ])('say why the secret cannot be read: %s', async (error, why) => {
    secret = { error };
    vi.stubEnv('MEDIC_CONFIG_MODULE', await withSlack());
    vi.stubEnv('MEDIC_SLACK_SECRET', 'otlp-medic/slack');
    const { notifier } = await deployedPorts();
    expect(await notifier.send(notice)).toEqual([
      { channel: 'slack', delivered: false, why: `secret "otlp-medic/slack" could not be read: ${why}` },
    ]);
  });
});
