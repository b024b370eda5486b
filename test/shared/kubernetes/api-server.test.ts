import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { apiServer } from '#shared/kubernetes/api-server.ts';
import { RESOURCES } from '#shared/ports/resources.ts';
import { faultOf } from '#test/support/cluster-contract.ts';
import { serve } from '#test/support/http-server.ts';
import { type Answer, inTurn, json, podList, status, text } from '#test/support/kubernetes-answers.ts';

const namespace = 'otlp-system';

async function answering(...answers: Answer[]) {
  const server = await serve(inTurn(...answers));
  return {
    ...server,
    cluster: apiServer({ name: 'scripted', url: server.url }),
    [Symbol.asyncDispose]: server[Symbol.asyncDispose],
  };
}

describe('list', () => {
  it('follows the pages with the same selector, 500 objects each', async () => {
    await using server = await answering(podList(['a', 'b'], 'next page+/='), podList(['c'], ''));
    const pods = await server.cluster.list(RESOURCES.pods, { namespace, labelSelector: 'app in (x,y)' });
    expect(pods.map(({ metadata }) => metadata.name)).toEqual(['a', 'b', 'c']);
    expect(server.requests.map(({ path, query }) => [path, Object.fromEntries(query)])).toEqual([
      ['/api/v1/namespaces/otlp-system/pods', { labelSelector: 'app in (x,y)', limit: '500' }],
      [
        '/api/v1/namespaces/otlp-system/pods',
        { labelSelector: 'app in (x,y)', limit: '500', continue: 'next page+/=' },
      ],
    ]);
  });

  it('begins again when its token expires half way, and has no object twice', async () => {
    await using server = await answering(
      podList(['a', 'b'], 'token'),
      status(410, 'The provided continue parameter is too old'),
      podList(['a', 'b', 'b2'], 'token2'),
      podList(['c']),
    );
    const pods = await server.cluster.list(RESOURCES.pods, { namespace });
    expect(pods.map(({ metadata }) => metadata.name)).toEqual(['a', 'b', 'b2', 'c']);
  });

  it('gives up when its tokens expire each time', async () => {
    await using server = await serve((received, response) =>
      (received.query.has('continue') ? status(410) : podList(['a'], 'token'))(response, received),
    );
    const list = apiServer({ name: 'scripted', url: server.url }).list(RESOURCES.pods, { namespace });
    expect(await faultOf(list)).toMatchObject({ fault: 'expired', status: 410 });
    expect(server.requests).toHaveLength(6);
  });

  it('ends though the server has pages without end', async () => {
    await using server = await answering(podList(['a'], 'again'));
    expect(await faultOf(server.cluster.list(RESOURCES.pods))).toMatchObject({ fault: 'protocol' });
    expect(server.requests).toHaveLength(200);
  });

  it('is empty when the server writes the empty list as null', async () => {
    await using server = await answering(
      json({ kind: 'PodMetricsList', apiVersion: 'metrics.k8s.io/v1beta1', metadata: {}, items: null }),
    );
    expect(await server.cluster.list(RESOURCES.podmetrics, { namespace })).toEqual([]);
    expect(server.requests[0]?.path).toBe('/apis/metrics.k8s.io/v1beta1/namespaces/otlp-system/pods');
  });

  it('reads a compressed answer', async () => {
    const body = gzipSync(JSON.stringify({ kind: 'PodList', apiVersion: 'v1', metadata: {}, items: [] }));
    await using server = await answering(text(body, 200, { 'content-encoding': 'gzip' }));
    expect(await server.cluster.list(RESOURCES.pods)).toEqual([]);
    expect(server.requests[0]?.headers['accept-encoding']).toBe('gzip');
  });

  it('reaches a server behind a path, such as that of a proxy', async () => {
    await using server = await serve(inTurn(podList([])));
    await apiServer({ name: 'proxied', url: `${server.url}/k8s/clusters/c-1/` }).list(RESOURCES.deployments);
    expect(server.requests[0]?.path).toBe('/k8s/clusters/c-1/apis/apps/v1/deployments');
  });

  it.each([
    ['a page of HTML', text('<html>Sign in</html>', 200, { 'content-type': 'text/html' }), 'text/html'],
    ['JSON that ends too early', text('{"kind":"PodList","items":[{"meta'), 'not JSON'],
    ['an array', json([]), 'no Kubernetes object'],
    ['one object', json({ kind: 'Pod', apiVersion: 'v1', metadata: { name: 'a' } }), 'no Kubernetes list'],
    ['items that are no objects', json({ kind: 'PodList', items: [{ metadata: {} }] }), 'no Kubernetes list'],
    ['a redirect', text('', 302, { location: 'https://sso.example/login' }), 'redirect'],
    ['nothing', text('', 204), 'not JSON'],
  ])('takes %s for no answer of an API server', async (_, answer, words) => {
    await using server = await answering(answer);
    const fault = await faultOf(server.cluster.list(RESOURCES.pods, { namespace }));
    expect(fault).toMatchObject({ fault: 'protocol', message: expect.stringContaining(words) });
  });
});

describe('get', () => {
  it('tells an absent object from an API that is not served', async () => {
    await using server = await answering(status(404, 'pods "a" not found'), text('404 page not found\n', 404));
    expect(await server.cluster.get(RESOURCES.pods, { namespace, name: 'a' })).toBeUndefined();
    const fault = await faultOf(server.cluster.get(RESOURCES.podmetrics, { namespace, name: 'a' }));
    expect(fault).toMatchObject({
      fault: 'not-found',
      message: expect.stringContaining('does not serve /apis/metrics'),
    });
  });

  it.each(['', '.', '..', 'a/b', 'a%2fb'])('never sends the name %j, which would be another path', async (name) => {
    await using server = await answering(podList([]));
    expect(await faultOf(server.cluster.get(RESOURCES.secrets, { namespace, name }))).toMatchObject({
      fault: 'invalid',
    });
    expect(server.requests).toEqual([]);
  });

  it('asks for metadata alone, without a fallback to whole objects', async () => {
    await using server = await answering(
      json({ kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: { name: 's' } }),
    );
    await server.cluster.get(RESOURCES.secrets, { namespace, name: 's', metadataOnly: true });
    expect(server.requests[0]?.headers.accept).toBe('application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1');
  });

  it('drops a whole Secret that a server sends though only metadata was asked for', async () => {
    const secret = { kind: 'Secret', apiVersion: 'v1', metadata: { name: 's' }, data: { key: 'c2VudGluZWw=' } };
    await using server = await answering(
      json(secret),
      json({ kind: 'SecretList', apiVersion: 'v1', metadata: {}, items: [secret] }),
    );
    const faults = [
      await faultOf(server.cluster.get(RESOURCES.secrets, { namespace, name: 's', metadataOnly: true })),
      await faultOf(server.cluster.list(RESOURCES.secrets, { namespace, metadataOnly: true })),
    ];
    for (const fault of faults) {
      expect(fault.fault).toBe('protocol');
      expect(fault.message).not.toContain('c2VudGluZWw');
    }
  });
});

describe('podLog', () => {
  const query = { namespace, pod: 'p', container: 'c' };

  it('sends the limits and the container that is meant', async () => {
    await using server = await answering(text('x'));
    await server.cluster.podLog({ ...query, previous: true, tailLines: 5, limitBytes: 100, sinceSeconds: 60 });
    expect(server.requests[0]?.path).toBe('/api/v1/namespaces/otlp-system/pods/p/log');
    expect(Object.fromEntries(server.requests[0]?.query ?? [])).toEqual({
      container: 'c',
      previous: 'true',
      tailLines: '5',
      limitBytes: '100',
      sinceSeconds: '60',
    });
    await server.cluster.podLog({ ...query, timestamps: true });
    expect(Object.fromEntries(server.requests[1]?.query ?? [])).toEqual({ container: 'c', timestamps: 'true' });
  });

  it.each([
    ['no content', text('', 204)],
    ['an empty body', text('')],
  ])('is empty for %s', async (_, answer) => {
    await using server = await answering(answer);
    expect(await server.cluster.podLog(query)).toBe('');
  });

  it('survives bytes that are no UTF-8', async () => {
    const bytes = Buffer.concat([Buffer.from('vor '), Buffer.from([0xff, 0xfe, 0x00]), Buffer.from(' nach\n')]);
    await using server = await answering(text(bytes));
    expect(await server.cluster.podLog(query)).toBe('vor \ufffd\ufffd\u0000 nach\n');
  });

  it("tells the server's own words about a container that never ran", async () => {
    const said = 'container "c" in pod "p" is waiting to start: ContainerCreating';
    await using server = await answering(status(400, said));
    expect(await faultOf(server.cluster.podLog(query))).toMatchObject({
      fault: 'invalid',
      status: 400,
      message: expect.stringContaining(said),
    });
  });
});

describe('patch', () => {
  it.each([
    ['strategic-merge', 'application/strategic-merge-patch+json'],
    ['merge', 'application/merge-patch+json'],
    ['json', 'application/json-patch+json'],
  ] as const)('of type %s has its content type', async (type, contentType) => {
    await using server = await answering(json({ kind: 'Deployment', metadata: { name: 'a' } }));
    await server.cluster.patch(
      RESOURCES.deployments,
      { namespace, name: 'a' },
      { type, body: { spec: { note: 'grüße' } }, dryRun: true, fieldManager: 'otlp-medic' },
    );
    const [sent] = server.requests;
    expect(sent?.headers['content-type']).toBe(contentType);
    expect(sent?.url).toBe('/apis/apps/v1/namespaces/otlp-system/deployments/a?dryRun=All&fieldManager=otlp-medic');
    expect(JSON.parse(sent?.body.toString() ?? '')).toEqual({ spec: { note: 'grüße' } });
  });

  it.each<[string, Answer]>([
    ['a 429', status(429, 'slow down', { 'retry-after': '0' })],
    ['a 500', status(500)],
    ['a 503 of a load balancer', text('no healthy upstream', 503)],
    ['a 401', status(401)],
    ['a reset', (response) => response.destroy()],
  ])('is sent once, though the answer is %s', async (_, answer) => {
    await using server = await serve(inTurn(answer));
    const cluster = apiServer({ name: 'scripted', url: server.url, credentials: async () => ({}) });
    await faultOf(cluster.patch(RESOURCES.deployments, { namespace, name: 'a' }, { type: 'merge', body: {} }));
    expect(server.requests).toHaveLength(1);
  });

  it('whose answer is lost says that nobody knows whether it was made', async () => {
    await using server = await answering((response) => response.destroy());
    const fault = await faultOf(
      server.cluster.patch(RESOURCES.deployments, { namespace, name: 'a' }, { type: 'merge', body: {} }),
    );
    expect(fault).toMatchObject({ fault: 'protocol', message: expect.stringContaining('not known whether') });
  });
});

describe('version and permissions', () => {
  it("tells the server's time from its Date header", async () => {
    await using server = await answering(
      json({ gitVersion: 'v1.36.2-eks-1' }, 200, { date: 'Wed, 25 Nov 2026 01:02:03 GMT' }),
    );
    expect(await server.cluster.version()).toEqual({
      gitVersion: 'v1.36.2-eks-1',
      serverTime: '2026-11-25T01:02:03.000Z',
    });
  });

  it('asks again for a review that the server was too busy for', async () => {
    await using server = await answering(
      status(429, 'busy', { 'retry-after': '0' }),
      json({ kind: 'SelfSubjectAccessReview', status: { allowed: false, reason: 'no RBAC policy matched' } }, 201),
    );
    const access = { verb: 'get', resource: 'pods', subresource: 'log', namespace };
    expect(await server.cluster.can(access)).toEqual({ allowed: false, reason: 'no RBAC policy matched' });
    expect(JSON.parse(server.requests[1]?.body.toString() ?? '')).toMatchObject({
      spec: { resourceAttributes: access },
    });
  });
});

it('sends all calls over the connections that it has', async () => {
  const ports = new Set<number | undefined>();
  await using server = await serve((received, response) => {
    ports.add(response.socket?.remotePort);
    podList([])(response, received);
  });
  const cluster = apiServer({ name: 'scripted', url: server.url });
  for (let i = 0; i < 10; i++) await cluster.list(RESOURCES.pods);
  expect(ports.size).toBe(1);
  cluster.close();
  await cluster.list(RESOURCES.pods);
  expect(ports.size).toBe(2);
});

it('refuses an address that is none', () => {
  for (const url of ['api.example:6443', 'ftp://x', '', 'not a url'])
    expect(() => apiServer({ name: 'x', url })).toThrow(expect.objectContaining({ fault: 'credentials' }));
});
