import { expect, it } from 'vitest';
import type { ProbeRequest } from '#shared/ports/prober.ts';
import { connectRung } from '#shared/wire/otlp/connect.ts';
import { ownSide } from '#shared/wire/otlp/own-side.ts';
import { serve } from '#test/support/http-server.ts';
import { grpcServer, takes } from '#test/support/otlp-server.ts';
import { testProber } from '#test/support/probing.ts';

/*
 * What no Collector here can be brought to answer: load balancers, proxies, vendors and older servers, in the words that
 * they are known for.
 */

const JSON_TYPE = 'application/json';
const status = (code: number, message: string) => JSON.stringify({ code, message });

async function walk(endpoint: string, more: Partial<ProbeRequest> = {}) {
  const { verdict, rungs } = await testProber.probe({
    ...{ endpoint, protocol: 'http/json', signals: ['traces'], queries: [] },
    ...{ timeoutMs: 1000, slowMs: 5000, target: 'test' },
    ...more,
  });
  const { code, rung, outcome } = verdict;
  return { code, rung, outcome, detail: rungs.find(({ name }) => name === rung)?.detail };
}

interface Foreign {
  status: number;
  type: string;
  body: string;
  headers?: Record<string, string>;
  /** an empty export is taken */
  afterEmpty?: true;
}

/** google.rpc.Status with a google.rpc.RetryInfo of 8 seconds. */
const field = (number: number, bytes: Buffer) => Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
const retryInfo = field(1, Buffer.from([0x08, 8]));
const any = Buffer.concat([field(1, Buffer.from('type.googleapis.com/google.rpc.RetryInfo')), field(2, retryInfo)]);
const RETRY_IN_8_S = Buffer.concat([Buffer.from([0x08, 8]), field(3, any)]).toString('base64');

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
])('%s', async (_, { status: code, type, body, headers = {}, afterEmpty }, expected, rung, datum) => {
  await using server = await serve((received, response) => {
    const empty = /\{"resourceSpans":\[\]\}/.test(received.body.toString()) || received.headers['content-encoding'];
    if (afterEmpty && empty) return takes(received, response);
    response.writeHead(code, { 'content-type': type, ...headers }).end(body);
  });
  expect(await walk(server.url)).toMatchObject({
    ...{ code: expected, rung, outcome: 'fail' },
    detail: expect.stringContaining(datum),
  });
});

it.each([
  ['F20 the URL of one signal as the base', (base: string) => `${base}/v1/traces`, '/v1/traces/v1/traces'],
  ['F21 no scheme', (base: string) => base.replace('http://', ''), 'has no scheme'],
  ['F21 a scheme of another world', (base: string) => base.replace('http', 'grpc'), 'scheme "grpc"'],
])('%s ends before anything is sent', async (_, written, datum) => {
  await using server = await serve(takes);
  const found = await walk(written(server.url));
  expect(found).toMatchObject({ code: 'endpoint-url-invalid', rung: 'lint', detail: expect.stringContaining(datum) });
  expect(server.requests).toEqual([]);
});

it.each([
  ['F31', { 'grpc-status': '3', 'grpc-message': 'proto: cannot parse invalid wire-format data' }, 'payload-invalid'],
  [
    'F35',
    { 'grpc-status': '8', 'grpc-message': 'received message larger than max (5000000 vs. 4194304)' },
    'payload-too-large',
  ],
  ['F39', { 'grpc-status': '8', 'grpc-message': 'RESOURCE_EXHAUSTED' }, 'memory-limiter-refusing'],
  [
    'F43',
    {
      'grpc-status': '8',
      'grpc-message': 'slow down',
      'grpc-status-details-bin': RETRY_IN_8_S,
    },
    'throttled',
  ],
])('%s over gRPC: %o', async (_, trailers, code) => {
  await using server = await grpcServer(() => trailers);
  const endpoint = `http://127.0.0.1:${server.port}`;
  const found = await walk(endpoint, { protocol: 'grpc' });
  expect(found).toMatchObject({ code, rung: 'respond', outcome: 'fail' });
});

it('F08: one family alone works, and both are named', async () => {
  await using server = await serve(takes);
  const port = Number(new URL(server.url).port);
  const addresses = [
    { address: '127.0.0.1', family: 4 as const },
    // Another loopback address, written as one of IPv6: nothing listens there.
    { address: '::ffff:127.0.0.9', family: 6 as const },
  ];
  const endpoint = { shown: server.url, tls: false, host: 'collector', port, basePath: '/' };
  const { report, idle } = await connectRung(endpoint, addresses, {
    ...{ limitMs: 1000, vantage: 'direct', side: ownSide },
  });
  idle?.close();
  expect(report.found).toMatchObject({ code: 'address-family-split' });
  expect(report.found?.detail).toMatch(/IPv6 fails.*127\.0\.0\.1 works/);
});
