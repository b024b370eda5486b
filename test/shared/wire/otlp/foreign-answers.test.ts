import { once } from 'node:events';
import { createServer as createHttp2Server, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { expect, it } from 'vitest';
import type { ProbeRequest } from '#shared/ports/prober.ts';
import { connectRung } from '#shared/wire/otlp/connect.ts';
import { ownSide } from '#shared/wire/otlp/own-side.ts';
import { serve } from '#test/support/http-server.ts';
import { grpcServer, takes, tcpServer } from '#test/support/otlp-server.ts';
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
  ['F43 without RetryInfo', { 'grpc-status': '8', 'grpc-message': 'quota exceeded' }, 'throttled'],
  ['F44', { 'grpc-status': '14', 'grpc-message': 'upstream connect error or disconnect/reset' }, 'gateway-error'],
  ['F06 on the way', { 'grpc-status': '1', 'grpc-message': 'context canceled' }, 'connection-reset'],
  ['F42 for a moment', { 'grpc-status': '10', 'grpc-message': 'aborted' }, 'export-failing'],
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

it('takes Loki at its word: 422 for nothing, 204 for a record; elsewhere 204 is no answer of a receiver', async () => {
  await using loki = await serve(({ body }, response) => {
    const { resourceLogs = [] } = JSON.parse(String(body)) as { resourceLogs?: unknown[] };
    response.writeHead(resourceLogs.length === 0 ? 422 : 204).end();
  });
  const logs = { signals: ['logs'] } satisfies Partial<ProbeRequest>;
  expect(await walk(`${loki.url}/otlp`, logs)).toMatchObject({ code: 'otlp-healthy' });
  expect(await walk(loki.url, logs)).toMatchObject({ code: 'not-an-otlp-server', rung: 'respond' });
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

it('names the headers that were sent with what is refused, and never their values', async () => {
  await using server = await serve((_, response) => void response.writeHead(403).end());
  const found = await walk(server.url, { headers: { 'x-api-key': 'k-123456', authorization: 'Bearer abcdef' } });
  expect(found).toMatchObject({
    code: 'permission-denied',
    detail: '403, no body; sent with x-api-key, authorization',
  });
});

it('F16: a server that answers with a TLS alert', async () => {
  await using server = await tcpServer((socket) =>
    socket.once('data', () => socket.end(Buffer.from([0x15, 3, 1, 0, 2, 2, 22]))),
  );
  const found = await walk(`http://127.0.0.1:${server.port}`);
  const detail = 'the server answers with 15 03 01 00 02 02 16, a TLS alert';
  expect(found).toMatchObject({ code: 'plaintext-to-tls', rung: 'respond', detail });
});

it.each([
  ['as HTTP', 'http/json', /^it answers no HTTP, but "SSH-2\.0-OpenSSH_9\.6"$/],
  ['as gRPC', 'grpc', /^it says first "SSH-2\.0-OpenSSH_9\.6"$/],
] as const)('quotes a server of another protocol, asked %s', async (_, protocol, words) => {
  await using ssh = await tcpServer((socket) => socket.write('SSH-2.0-OpenSSH_9.6\r\n'));
  const found = await walk(`http://127.0.0.1:${ssh.port}`, { protocol });
  expect(found).toMatchObject({ code: 'not-an-otlp-server', rung: 'respond', detail: expect.stringMatching(words) });
});

it.each([
  [
    'a head without an end',
    `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(90_000)}`,
    /^a broken HTTP answer: .*HPE_HEADER_OVERFLOW/,
  ],
  [
    'two lengths',
    'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n',
    /^a broken HTTP answer: .*Content-Length/,
  ],
  [
    'a body that is packed unasked',
    'HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\nxy',
    /^200 in gzip, which was not asked for/,
  ],
])('is told %s from another protocol', async (_, answer, words) => {
  await using server = await tcpServer((socket) => socket.once('data', () => socket.write(answer)));
  const found = await walk(`http://127.0.0.1:${server.port}`);
  expect(found).toMatchObject({ code: 'not-an-otlp-server', rung: 'respond', detail: expect.stringMatching(words) });
});

it.each<[string, string, (socket: Socket) => void, string, RegExp]>([
  ['nothing', 'http/json', () => undefined, 'response-timeout', /^the request is taken, and no answer comes within/],
  [
    'a drip',
    'http/json',
    (socket) => socket.write('HTTP/1.1 2'),
    'response-timeout',
    /no whole answer comes, only 10 bytes of its head within/,
  ],
  [
    'a head without its body',
    'http/json',
    (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n'),
    'response-timeout',
    /no whole answer comes, only 200 and no end of the body within/,
  ],
  [
    'half of an answer and the end',
    'http/json',
    (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nab'),
    'connection-reset',
    /^the answer breaks off/,
  ],
  [
    'half of an answer and a reset',
    'http/json',
    (socket) =>
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n', () =>
        setTimeout(() => socket.resetAndDestroy(), 20),
      ),
    'connection-reset',
    /^the answer breaks off/,
  ],
  ['no HTTP/2', 'grpc', () => undefined, 'response-timeout', /^the connection is taken, and HTTP\/2 does not come up/],
])('F05, F06: %s comes back, by %s', async (_, protocol, treat, code, words) => {
  await using server = await tcpServer((socket) => socket.once('data', () => treat(socket)));
  const found = await walk(`http://127.0.0.1:${server.port}`, { protocol: protocol as 'grpc', timeoutMs: 300 });
  expect(found).toMatchObject({ code, rung: 'respond', outcome: 'fail', detail: expect.stringMatching(words) });
});

it('a gRPC answer whose trailers a proxy has dropped, or that is a page of a proxy', async () => {
  const h2 = async (answer: (stream: ServerHttp2Stream) => void) => {
    const server = createHttp2Server().on('stream', (stream) => stream.resume().on('end', () => answer(stream)));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const found = await walk(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { protocol: 'grpc' });
    server.close();
    return found;
  };
  const bare = await h2((stream) => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
    stream.end(Buffer.alloc(5));
  });
  expect(bare).toMatchObject({ code: 'not-an-otlp-server', detail: expect.stringContaining('without a grpc-status') });
  const page = await h2((stream) => {
    stream.respond({ ':status': 502, 'content-type': 'text/html', server: 'nginx' });
    stream.end('<h1>502 Bad Gateway</h1>');
  });
  expect(page).toMatchObject({
    code: 'gateway-error',
    detail: '502 text/html, server nginx: "502 Bad Gateway", twice',
  });
  const only = await h2((stream) =>
    stream.respond(
      { ':status': 200, 'content-type': 'text/plain', 'grpc-status': '7', 'grpc-message': 'denied' },
      { endStream: true },
    ),
  );
  expect(only).toMatchObject({ code: 'permission-denied', detail: expect.stringContaining('gRPC 7: "denied"') });
});
