import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import type { ServerOptions } from 'node:https';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openEks } from '#shared/aws/eks.ts';
import type { CallOptions } from '#shared/ports/cluster.ts';
import { RESOURCES } from '#shared/ports/resources.ts';
import { useAwsAt } from '#test/support/aws-environment.ts';
import { type HttpServer, serve } from '#test/support/http-server.ts';

const region = 'eu-west-1';
let name: string;
let eks: HttpServer;
let described: Record<string, unknown> | { status: number; code: string } | 'silence';

beforeEach(async () => {
  // Each process remembers a cluster's endpoint, so each case has a cluster of its own.
  name = `c-${randomUUID()}`;
  eks = await serve(({ path }, response) => {
    if (path !== `/clusters/${name}`) return void response.writeHead(500).end();
    if (described === 'silence') return;
    if ('code' in described) return fail(response, described as { status: number; code: string });
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ cluster: { name, status: 'ACTIVE', ...described } }));
  });
  useAwsAt(eks.url);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await eks[Symbol.asyncDispose]();
});

function fail(response: ServerResponse, { status, code }: { status: number; code: string }) {
  response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': code });
  response.end(JSON.stringify({ message: `${code} said the server` }));
}

const pem = (file: string) => readFileSync(new URL(`../../support/certs/${file}`, import.meta.url));

const startApi = (status: () => number = () => 200, tls?: ServerOptions) =>
  serve(({ path }, response) => {
    const code = status();
    response.writeHead(code, { 'content-type': 'application/json' });
    const body = { kind: 'Status', status: 'Failure', code, message: 'Unauthorized', reason: 'Unauthorized' };
    const item = { kind: 'Deployment', apiVersion: 'apps/v1', metadata: { name: 'otlp-app' } };
    response.end(JSON.stringify(code !== 200 ? body : path === '/version' ? { gitVersion: 'v1.33.1-eks' } : item));
  }, tls);

const open = (options: CallOptions = {}) => openEks({ eks: name, region }, options);
const messageOf = async (call: Promise<unknown>) =>
  call.then(
    () => 'no error',
    ({ name, fault, message }) => `${name} ${fault} ${message}`,
  );

describe('an EKS cluster', () => {
  it('is reached at the endpoint that DescribeCluster names, with a token for its name', async () => {
    await using api = await startApi();
    described = { endpoint: api.url };
    const cluster = await open();
    expect(cluster.name).toBe(name);
    expect(await cluster.version()).toMatchObject({ gitVersion: 'v1.33.1-eks' });
    const token = /^Bearer k8s-aws-v1\.(.+)$/.exec(api.requests[0]?.headers.authorization ?? '')?.[1] ?? '';
    expect(Buffer.from(token, 'base64url').toString()).toContain('https://sts.eu-west-1.amazonaws.com/?');
  });

  it('is trusted by the CA that DescribeCluster names, or by the CA file of the target', async () => {
    await using api = await startApi(undefined, { cert: pem('server.crt'), key: pem('leaf.key') });
    const ca = pem('ca.crt').toString('base64');
    described = { endpoint: api.url, certificateAuthority: { data: ca } };
    expect(await (await open()).version()).toMatchObject({ gitVersion: 'v1.33.1-eks' });

    const caFile = fileURLToPath(new URL('../../support/certs/ca.crt', import.meta.url));
    const wrong = pem('client.crt').toString('base64');
    name = `c-${randomUUID()}`;
    described = { endpoint: api.url, certificateAuthority: { data: wrong } };
    expect(await messageOf((await open()).version())).toContain('ClusterError tls');
    const cluster = await openEks({ eks: name, region, caFile });
    expect(await cluster.version()).toMatchObject({ gitVersion: 'v1.33.1-eks' });
  });

  it('is looked up once in a warm process', async () => {
    await using api = await startApi();
    described = { endpoint: api.url };
    for (const cluster of [await open(), await open()]) {
      await cluster.version();
      cluster.close();
    }
    expect(eks.requests).toHaveLength(1);
    expect(new Set(api.requests.map(({ headers }) => headers.authorization)).size).toBe(1);
  });

  it('is looked up again when connecting fails, and found where it moved to', async () => {
    const old = await startApi();
    described = { endpoint: old.url };
    const cluster = await open();
    await cluster.version();
    await old[Symbol.asyncDispose]();
    await using api = await startApi();
    described = { endpoint: api.url };
    const moved = await Promise.all([cluster.version(), cluster.version(), cluster.version()]);
    expect(moved).toEqual(Array(3).fill(expect.objectContaining({ gitVersion: 'v1.33.1-eks' })));
    expect((await open()).name).toBe(name);
    expect(eks.requests).toHaveLength(2);
  });

  it('never repeats a write, even when it has moved', async () => {
    const old = await startApi();
    described = { endpoint: old.url };
    const cluster = await open();
    await old[Symbol.asyncDispose]();
    await using api = await startApi();
    described = { endpoint: api.url };
    const patch = () =>
      cluster.patch(RESOURCES.deployments, { namespace: 'n', name: 'otlp-app' }, { type: 'merge', body: {} });
    expect(await messageOf(patch())).toContain('ClusterError connect');
    expect(api.requests).toEqual([]);
    expect(await patch()).toMatchObject({ metadata: { name: 'otlp-app' } });
  });

  it('is asked once more with a fresh token after a 401', async () => {
    const answers = [401, 200];
    await using api = await startApi(() => answers.shift() ?? 200);
    described = { endpoint: api.url };
    let seconds = 0;
    const clock = { now: () => new Date(Date.UTC(2026, 10, 25, 8, 0, seconds++)) };
    const cluster = await openEks({ eks: name, region }, { clock });
    expect(await cluster.version()).toMatchObject({ gitVersion: 'v1.33.1-eks' });
    const [refused, fresh] = api.requests.map(({ headers }) => headers.authorization);
    expect(fresh).toMatch(/^Bearer k8s-aws-v1\./);
    expect(fresh).not.toBe(refused);
  });

  it('that does not know the caller says so after one more try, with the way in', async () => {
    await using api = await startApi(() => 401);
    described = { endpoint: api.url };
    const message = await messageOf((await open()).version());
    expect(message).toMatch(/^ClusterError unauthorized .*access entry on the cluster/);
    expect(api.requests).toHaveLength(2);
  });

  it('with a private endpoint says from where it can be reached', async () => {
    const gone = await startApi();
    await gone[Symbol.asyncDispose]();
    described = {
      endpoint: gone.url,
      resourcesVpcConfig: { endpointPublicAccess: false, vpcId: 'vpc-1', clusterSecurityGroupId: 'sg-1' },
    };
    const message = await messageOf((await open()).version());
    expect(message).toMatch(/its endpoint is private: call it from inside vpc-1, .*443 .*security group sg-1$/);
  });

  it('with a restricted public endpoint says whom it admits', async () => {
    const gone = await startApi();
    await gone[Symbol.asyncDispose]();
    described = { endpoint: gone.url, resourcesVpcConfig: { publicAccessCidrs: ['198.51.100.0/24'] } };
    expect(await messageOf((await open()).version())).toContain('admits only 198.51.100.0/24');
  });

  it('that still is being made has no endpoint', async () => {
    described = { status: 'CREATING' };
    expect(await messageOf(open())).toBe(
      `ClusterError connect EKS cluster "${name}" in eu-west-1 is CREATING and has no endpoint: wait until it is ACTIVE`,
    );
  });
});

describe('an EKS cluster that cannot be looked up', () => {
  it.each([
    [
      'ResourceNotFoundException',
      404,
      /^ClusterError dns EKS cluster "c-.*" in eu-west-1 does not exist: check name, region/,
    ],
    [
      'AccessDeniedException',
      403,
      /^ClusterError credentials EKS cluster "c-.*" in eu-west-1 .*allow eks:DescribeCluster on cluster\/c-/,
    ],
    ['UnrecognizedClientException', 403, /^ClusterError credentials .*does not accept the credentials/],
    ['ExpiredTokenException', 403, /^ClusterError credentials .*have expired/],
  ])('names %s', async (code, status, words) => {
    described = { code, status };
    expect(await messageOf(open())).toMatch(words);
  });

  it('names missing credentials', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', undefined);
    expect(await messageOf(open())).toMatch(/^ClusterError credentials .*no AWS credentials: set AWS_PROFILE/);
  });

  it('names an EKS API that never answers', async () => {
    described = 'silence';
    expect(await messageOf(open({ timeoutMs: 100.4 }))).toMatch(
      /^ClusterError connect EKS cluster "c-.*" in eu-west-1 .*no answer in time.*VPC endpoint for eks$/,
    );
  });

  it('tells a caller that stopped from one that waited in vain', async () => {
    described = 'silence';
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 30);
    expect(await messageOf(open({ signal: stop.signal }))).toContain('ClusterError aborted');
  });

  it('names a CA file that cannot be read', async () => {
    const call = openEks({ eks: name, region, caFile: '/nowhere/ca.pem' });
    expect(await messageOf(call)).toMatch(/^ClusterError tls CA file \/nowhere\/ca.pem cannot be read \(ENOENT\)/);
    expect(eks.requests).toEqual([]);
  });
});
