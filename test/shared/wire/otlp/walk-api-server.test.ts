import type { ServerResponse } from 'node:http';
import { expect, it } from 'vitest';
import { apiServer } from '#shared/kubernetes/api-server.ts';
import { ClusterError } from '#shared/ports/cluster.ts';
import type { ProbeRequest } from '#shared/ports/prober.ts';
import { type Received, serve } from '#test/support/http-server.ts';
import { status } from '#test/support/kubernetes-answers.ts';
import { takes } from '#test/support/otlp-server.ts';
import { decisive, proberWith } from '#test/support/probing.ts';

/* What the proxy of a real API server does is in test/cluster/probe-apiserver.test.ts; here is what is sent to it. */

const PREFIX = '/api/v1/namespaces/shop/services/collector:4318/proxy';
const TOKEN = 'Bearer of-the-caller';

async function walk(url: string, more: Partial<ProbeRequest> = {}) {
  const credentials = async () => ({ headers: { authorization: TOKEN } });
  const prober = proberWith({
    apiServerOf: async () => ({ cluster: apiServer({ name: 'test', url, credentials }), namespace: 'shop' }),
  });
  const result = await prober.probe({
    ...{ endpoint: 'http://collector:4318', protocol: 'http/protobuf', vantage: 'apiserver' },
    ...{ signals: ['traces'], queries: [], timeoutMs: 300, slowMs: 5000, target: 'shop', ...more },
  });
  return decisive(result);
}

const refuses = (code: number, message: string) => (received: Received, response: ServerResponse) =>
  status(code, message)(response, received);

it("sends the headers of the endpoint, but never its Authorization in place of the caller's own", async () => {
  await using server = await serve(takes);
  const headers = { authorization: 'Bearer of-the-endpoint', 'x-tenant': 'blue', cookie: 'a=b', host: 'other' };
  expect(await walk(server.url, { headers })).toMatchObject({ code: 'otlp-healthy', rung: 'accept' });
  expect(new Set(server.requests.map(({ path }) => path))).toEqual(new Set([`${PREFIX}/v1/traces`]));
  for (const { headers: sent } of server.requests) {
    expect(sent).toMatchObject({ authorization: TOKEN, 'x-tenant': 'blue', 'content-type': 'application/x-protobuf' });
    expect(sent.cookie).toBeUndefined();
  }
});

it('asks the metrics and the health of a Service the same way, and another host by itself', async () => {
  await using elsewhere = await serve((_, response) => void response.writeHead(503).end());
  await using server = await serve((received, response) =>
    received.method === 'POST' ? takes(received, response) : void response.writeHead(404).end(),
  );
  const metricsUrl = 'http://collector.shop.svc:8888/metrics?x=1';
  expect(await walk(server.url, { metricsUrl, healthUrl: elsewhere.url })).toMatchObject({
    code: 'health-check-failing',
    detail: expect.stringContaining('answers 503'),
  });
  const asked = server.requests.filter(({ method }) => method === 'GET').map(({ url }) => decodeURIComponent(url));
  expect(new Set(asked)).toEqual(new Set([`${PREFIX.replace('4318', '8888')}/metrics?x=1`]));
});

it.each([
  ['error trying to reach service: dial tcp 10.1.2.3:4318: i/o timeout', 'connect-timeout', 'connect', 'fail'],
  ['error trying to reach service: EOF', 'connection-reset', 'respond', 'fail'],
  [
    'error trying to reach service: net/http: HTTP/1.x transport connection broken: malformed HTTP response "\\x15\\x03\\x01\\x00\\x02\\x02"',
    ...(['plaintext-to-tls', 'respond', 'fail'] as const),
  ],
  ['error trying to reach service: http: server gave HTTP response to HTTPS client', 'tls-to-plaintext', 'tls', 'fail'],
  [
    'error trying to reach service: remote error: tls: certificate required',
    'tls-client-certificate-required',
    'tls',
    'fail',
  ],
  ['etcdserver: leader changed', 'prober-fault', 'resolve', 'unknown'],
])('reads "%s" as what it means for the endpoint, or for the API server', async (message, code, rung, outcome) => {
  await using server = await serve(refuses(503, message));
  const found = await walk(server.url);
  expect(found).toMatchObject({
    code,
    rung,
    outcome,
    detail: expect.stringContaining(message.split(': ').at(-1) ?? ''),
  });
});

it('knows nothing about the endpoint where the API server refuses, throttles or cannot be found', async () => {
  for (const [code, words] of [
    [401, 'Unauthorized'],
    [403, 'services is forbidden'],
    [429, 'Too many requests'],
  ] as const) {
    await using server = await serve(refuses(code, words));
    expect(await walk(server.url)).toMatchObject({ code: 'prober-fault', outcome: 'unknown' });
  }
  expect(await walk('http://127.0.0.1:1')).toMatchObject({ code: 'prober-fault', rung: 'resolve' });
  const lost = proberWith({ apiServerOf: () => Promise.reject(new ClusterError('dns', 'no such cluster')) });
  const result = await lost.probe({
    ...{ endpoint: 'http://collector:4318', protocol: 'grpc', vantage: 'apiserver', signals: ['logs'] },
    ...{ queries: [], timeoutMs: 300, slowMs: 5000, target: 'shop' },
  });
  expect(result).toMatchObject({ vantage: 'apiserver', verdict: { code: 'prober-fault', outcome: 'unknown' } });
});

it('is told apart from an endpoint that is no Service, from silence, and from an endless answer', async () => {
  await using silent = await serve(() => undefined);
  expect(await walk(silent.url)).toMatchObject({ code: 'response-timeout', rung: 'respond' });
  expect(await walk(silent.url, { endpoint: 'https://otlp.vendor.example' })).toMatchObject({
    code: 'endpoint-url-invalid',
    rung: 'resolve',
    detail: expect.stringContaining('names no Service'),
  });
  await using endless = await serve((_, response) => {
    response.writeHead(200, { 'content-type': 'application/x-protobuf' });
    response.write(Buffer.alloc(200_000, 0xff));
  });
  expect(await walk(endless.url)).toMatchObject({ code: 'not-an-otlp-server', rung: 'respond' });
});
