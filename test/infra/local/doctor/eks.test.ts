import { afterEach, describe, expect, it, vi } from 'vitest';
import { examineCluster } from '#infra/local/doctor/cluster-section.ts';
import { openEks } from '#shared/aws/eks.ts';
import { config as configSchema } from '#shared/domain/config.ts';
import { target as targetSchema } from '#shared/domain/target.ts';
import { makeClusters } from '#shared/kubernetes/clusters.ts';
import { useAwsAt } from '#test/support/aws-environment.ts';
import { serve } from '#test/support/http-server.ts';
import { json, status } from '#test/support/kubernetes-answers.ts';

afterEach(() => vi.unstubAllEnvs());

async function examine(eks: string) {
  const target = targetSchema.parse({ name: 'shop', cluster: { eks, region: 'eu-west-1' } });
  const config = configSchema.parse({ targets: [target] });
  const clusters = makeClusters({ eks: openEks });
  const { section, examined } = await examineCluster({ clusters, config, target }, { timeoutMs: 5000 });
  return { examined, found: (name: string) => section.checks.find((check) => check.name === name) };
}

/** The EKS API and the API server of its clusters in one. */
const aws = (describe: (url: string) => { code: number; type?: string; body: object }) =>
  serve((received, response) => {
    if (received.path === '/version') return json({ gitVersion: 'v1.35.1-eks-1a2b3c' })(response, received);
    if (!received.path.startsWith('/clusters/')) return status(403, 'no')(response, received);
    const { code, type, body } = describe(`http://${received.headers.host}`);
    response.writeHead(code, { 'content-type': 'application/json', ...(type && { 'x-amzn-errortype': type }) });
    response.end(JSON.stringify(body));
  });

describe('a target on EKS', () => {
  it('without credentials is not even asked for', async () => {
    useAwsAt('http://127.0.0.1:9');
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', undefined);
    const { examined, found } = await examine('no-credentials');
    expect(examined).toBe(false);
    expect(found('aws-credentials')).toMatchObject({
      outcome: 'fail',
      detail: 'no AWS credentials',
      fix: expect.stringContaining('aws sso login'),
    });
    expect(found('cluster')?.outcome).toBe('not-checked');
  });

  it('that may not be described names the permission', async () => {
    await using server = await aws(() => ({ code: 403, type: 'AccessDeniedException', body: { message: 'no' } }));
    useAwsAt(server.url);
    const { examined, found } = await examine('denied');
    expect(examined).toBe(false);
    expect(found('aws-credentials')?.outcome).toBe('pass');
    expect(found('cluster')).toMatchObject({
      outcome: 'fail',
      detail: expect.stringContaining('EKS cluster "denied" in eu-west-1'),
      fix: 'allow eks:DescribeCluster on cluster/denied',
    });
  });

  it('that does not exist is told from one that may not be seen', async () => {
    await using server = await aws(() => ({ code: 404, type: 'ResourceNotFoundException', body: { message: 'no' } }));
    useAwsAt(server.url);
    const { found } = await examine('absent');
    expect(found('cluster')).toMatchObject({
      detail: expect.stringContaining('does not exist'),
      fix: expect.stringContaining('aws eks list-clusters --region eu-west-1'),
    });
  });

  it('is examined as any other when it is there', async () => {
    await using server = await aws((endpoint) => ({ code: 200, body: { cluster: { endpoint, status: 'ACTIVE' } } }));
    useAwsAt(server.url);
    const { examined, found } = await examine('there');
    expect(examined).toBe(true);
    expect(found('cluster')?.outcome).toBe('pass');
    expect(found('version')).toMatchObject({ outcome: 'pass', detail: expect.stringContaining('v1.35.1-eks') });
    // EKS targets are diagnose-only unless the policy says otherwise, but here not even the question is allowed.
    expect(found('permissions: diagnose')).toMatchObject({ outcome: 'fail', detail: expect.stringContaining('403') });
  });
});
