import { expect, it } from 'vitest';
import type { ProbeRequest } from '#shared/ports/prober.ts';
import { serve } from '#test/support/http-server.ts';
import { takes } from '#test/support/otlp-server.ts';
import { walkTo } from '#test/support/probing.ts';

/*
 * What no Collector here can be brought to answer: load balancers, proxies, vendors and older servers, in the words that
 * they are known for.
 */

const JSON_TYPE = 'application/json';
const status = (code: number, message: string) => JSON.stringify({ code, message });

interface Foreign {
  status: number;
  type: string;
  body: string;
  headers?: Record<string, string>;
  /** an empty export is taken */
  afterEmpty?: true;
}

it.each<[string, Foreign, string, string, string]>([
  [
    'F07 a proxy wants its own credentials',
    { status: 407, type: 'text/html', body: '<title>Proxy Authentication Required</title>' },
    'http-proxy-interfering',
    'respond',
    'Proxy Authentication',
  ],
  [
    'F07 a proxy answers for it',
    { status: 400, type: 'text/html', body: '<title>Blocked by policy</title>', headers: { via: '1.1 squid' } },
    'http-proxy-interfering',
    'respond',
    'squid',
  ],
  [
    'F17 an ALB whose target group speaks another version',
    { status: 464, type: 'text/html', body: '' },
    'lb-protocol-version-mismatch',
    'respond',
    '464',
  ],
  [
    'F31 a body that cannot be read',
    { status: 400, type: JSON_TYPE, body: status(3, 'ReadUint64: unsupported value type'), afterEmpty: true },
    'payload-invalid',
    'accept',
    'unsupported value type',
  ],
  [
    'F32 a type that is not taken',
    { status: 415, type: 'text/plain', body: '415 unsupported media type, supported: [application/x-protobuf]' },
    'content-type-unsupported',
    'respond',
    'unsupported media type',
  ],
  [
    'F36 a method that is not taken',
    { status: 405, type: 'text/plain', body: '405 method not allowed, supported: [GET]' },
    'not-an-otlp-server',
    'respond',
    '405',
  ],
  [
    'F39 the memory limiter before the receiver',
    { status: 429, type: 'text/plain', body: 'Too Many Requests' },
    'memory-limiter-refusing',
    'respond',
    '429',
  ],
  [
    'F43 asked to wait',
    { status: 429, type: JSON_TYPE, body: status(8, 'rate limited'), headers: { 'retry-after': '30' } },
    'throttled',
    'respond',
    'Retry-After 30 s',
  ],
  [
    'F44 an ALB without a healthy target',
    {
      status: 503,
      type: 'text/html',
      body: '<h1>503 Service Temporarily Unavailable</h1>',
      headers: { server: 'awselb/2.0' },
    },
    'gateway-error',
    'respond',
    'awselb/2.0',
  ],
  [
    'F44 nginx whose upstream timed out',
    { status: 504, type: 'text/html', body: '<h1>504 Gateway Time-out</h1>', headers: { server: 'nginx' } },
    'gateway-error',
    'respond',
    'nginx',
  ],
  [
    'F52 a vendor whose limit is smaller',
    {
      status: 413,
      type: JSON_TYPE,
      body: status(3, 'Request size 5300000 exceeds the limit of 5242880 bytes'),
      afterEmpty: true,
    },
    'payload-too-large',
    'accept',
    '5242880',
  ],
  [
    'F09 a gRPC server behind a proxy that speaks HTTP/1.1',
    { status: 200, type: 'application/grpc', body: '', headers: { 'grpc-status': '12' } },
    'http-to-grpc-port',
    'respond',
    '200 with application/grpc',
  ],
  [
    'F09 a gRPC server in Go that takes HTTP/1.1 too',
    { status: 505, type: 'text/plain', body: 'gRPC requires HTTP/2' },
    'http-to-grpc-port',
    'respond',
    'gRPC requires HTTP/2',
  ],
  [
    'F22 a success that is none of OTLP',
    { status: 202, type: 'application/json', body: '' },
    'not-an-otlp-server',
    'respond',
    '202 application/json, no body: exporters take it for success',
  ],
  [
    'F22 the page of another service, its title said once',
    { status: 200, type: 'text/html', body: '<html><title>Grafana</title><h1>Grafana</h1>Sign in</html>' },
    'not-an-otlp-server',
    'respond',
    '200 with text/html: "Grafana Sign in"',
  ],
  [
    'F29 credentials that were not sent',
    { status: 401, type: JSON_TYPE, body: status(16, 'who are you?') },
    'unauthenticated',
    'respond',
    '"who are you?"; sent without any header of yours',
  ],
  [
    'F35 nginx whose client_max_body_size is small',
    { status: 413, type: 'text/html', body: '<h1>413 Request Entity Too Large</h1>', afterEmpty: true },
    'payload-too-large',
    'accept',
    '413 Request Entity Too Large',
  ],
  [
    'F43 asked to wait until a time',
    {
      status: 503,
      type: JSON_TYPE,
      body: status(14, 'busy'),
      headers: { 'retry-after': new Date(Date.now() + 3_600_000).toUTCString() },
    },
    'throttled',
    'respond',
    'Retry-After 3',
  ],
  [
    'F44 a load balancer that names itself as proxies do',
    { status: 502, type: 'text/html', body: '<h1>Error: Server Error</h1>', headers: { via: '1.1 google' } },
    'gateway-error',
    'respond',
    'Error: Server Error',
  ],
  [
    'F44 Envoy with nobody behind it',
    { status: 503, type: 'text/plain', body: 'no healthy upstream', headers: { server: 'envoy' } },
    'gateway-error',
    'respond',
    'server envoy: "no healthy upstream"',
  ],
])('%s', async (_, { status: code, type, body, headers = {}, afterEmpty }, expected, rung, datum) => {
  await using server = await serve((received, response) => {
    const empty = /\{"resourceSpans":\[\]\}/.test(received.body.toString()) || received.headers['content-encoding'];
    if (afterEmpty && empty) return takes(received, response);
    response.writeHead(code, { 'content-type': type, ...headers }).end(body);
  });
  expect(await walkTo(server.url)).toMatchObject({
    ...{ code: expected, rung, outcome: 'fail' },
    detail: expect.stringContaining(datum),
  });
});

it('takes Loki at its word: 422 for nothing, 204 for a record; elsewhere 204 is no answer of a receiver', async () => {
  await using loki = await serve(({ body }, response) => {
    const { resourceLogs = [] } = JSON.parse(String(body)) as { resourceLogs?: unknown[] };
    response.writeHead(resourceLogs.length === 0 ? 422 : 204).end();
  });
  const logs = { signals: ['logs'] } satisfies Partial<ProbeRequest>;
  expect(await walkTo(`${loki.url}/otlp`, logs)).toMatchObject({ code: 'otlp-healthy' });
  expect(await walkTo(loki.url, logs)).toMatchObject({ code: 'not-an-otlp-server', rung: 'respond' });
});

it('names the headers that were sent with what is refused, and never their values', async () => {
  await using server = await serve((_, response) => void response.writeHead(403).end());
  const found = await walkTo(server.url, { headers: { 'x-api-key': 'k-123456', authorization: 'Bearer abcdef' } });
  expect(found).toMatchObject({
    code: 'permission-denied',
    detail: '403, no body; sent with x-api-key, authorization',
  });
});
