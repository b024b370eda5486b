import type { IncomingMessage, ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { ProbeResult } from '#shared/domain/probe-result.ts';
import type { ProbeRequest } from '#shared/ports/prober.ts';
import { CA_FILE, certificate, MUTUAL, NO_NAMES_FILE } from '#test/support/certificates.ts';
import { type Received, serve } from '#test/support/http-server.ts';
import { blackHole, grpcServer, takes, tcpServer } from '#test/support/otlp-server.ts';
import { proberWith, testProber } from '#test/support/probing.ts';

const walk = (endpoint: string, more: Partial<ProbeRequest> = {}): Promise<ProbeResult> =>
  testProber.probe({
    endpoint,
    protocol: 'http/protobuf',
    signals: ['traces', 'metrics', 'logs'],
    queries: [],
    timeoutMs: 300,
    slowMs: 5000,
    target: 'test',
    ...more,
  });

const rungOf = ({ rungs }: ProbeResult, name: string) => rungs.find((one) => one.name === name);
const detailOf = (result: ProbeResult) => rungOf(result, result.verdict.rung)?.detail;
const verdictOf = ({ verdict: { code, rung, outcome, signal } }: ProbeResult) => ({ code, rung, outcome, signal });
const local = (port: number, scheme = 'http') => `${scheme}://127.0.0.1:${port}`;
const grpc = { protocol: 'grpc' as const };
const OK = () => ({ 'grpc-status': '0' });
const answers =
  (status: number, type: string, body: string | Buffer, headers: Record<string, string> = {}) =>
  (_: Received, response: ServerResponse<IncomingMessage>) => {
    response.writeHead(status, { 'content-type': type, ...headers });
    response.end(body);
  };

describe('a good endpoint', () => {
  it.each(['http/protobuf', 'http/json'] as const)('passes by %s as far as it is configured', async (protocol) => {
    await using server = await serve(takes);
    const result = await walk(`${server.url}/`, { protocol });
    expect(verdictOf(result)).toMatchObject({ code: 'otlp-healthy', rung: 'accept', outcome: 'pass' });
    expect(rungOf(result, 'store')).toMatchObject({ outcome: 'not-checked', detail: 'no query URL is given' });
    const [zipped, ...others] = server.requests.filter(({ headers }) => headers['content-encoding'] === 'gzip');
    expect(others).toEqual([]);
    expect(gunzipSync(zipped?.body ?? '')).toEqual(
      protocol === 'http/json' ? Buffer.from('{"resourceSpans":[]}') : Buffer.alloc(0),
    );
    const plain = server.requests.filter((one) => one !== zipped);
    expect(plain.map(({ path }) => path).sort()).toEqual([
      ...['/v1/logs', '/v1/logs', '/v1/metrics', '/v1/metrics', '/v1/traces', '/v1/traces'],
    ]);
  });

  it('F33, F34: gzip alone is refused, which exporters that compress run into', async () => {
    await using server = await serve((received, response) => {
      if (received.headers['content-encoding'] === undefined) return takes(received, response);
      response.writeHead(400, { 'content-type': 'text/plain' }).end('gzip: invalid header');
    });
    const http = await walk(server.url);
    expect(verdictOf(http)).toMatchObject({
      code: 'content-encoding-unsupported',
      rung: 'respond',
      outcome: 'degraded',
    });
    expect(rungOf(http, 'respond')?.detail).toMatch(/with gzip 400.*invalid header.*without it/);
    expect(rungOf(http, 'accept')).toMatchObject({ outcome: 'pass' });
    await using strict = await grpcServer((_, headers) =>
      headers['grpc-encoding'] === 'gzip'
        ? { 'grpc-status': '12', 'grpc-message': 'grpc: Decompressor is not installed for grpc-encoding "gzip"' }
        : { 'grpc-status': '0' },
    );
    const found = verdictOf(await walk(local(strict.port), grpc));
    expect(found).toMatchObject({ code: 'content-encoding-unsupported', rung: 'respond', outcome: 'degraded' });
  });

  it('passes by grpc, in plaintext and over TLS', async () => {
    await using plain = await grpcServer(OK);
    await using secure = await grpcServer(OK, certificate('server'));
    const both = [
      await walk(local(plain.port), grpc),
      await walk(local(secure.port, 'https'), { ...grpc, caFile: CA_FILE }),
    ];
    for (const result of both) expect(verdictOf(result)).toMatchObject({ code: 'otlp-healthy', rung: 'accept' });
    expect(rungOf(both[1] as ProbeResult, 'tls')?.detail).toContain('ALPN h2');
  });

  it('gets the headers that were given, and no answer shows their values', async () => {
    const token = 'a=b,c%41!secret';
    const seen: string[] = [];
    await using server = await serve((received, response) => {
      seen.push(received.headers.authorization ?? '');
      answers(
        401,
        'application/json',
        JSON.stringify({ code: 16, message: `no: ${received.headers.authorization}` }),
      )(received, response);
    });
    const result = await walk(server.url, { headers: { authorization: `Bearer ${token}` } });
    expect(seen[0]).toBe(`Bearer ${token}`);
    expect(result.verdict.code).toBe('unauthenticated');
    expect(JSON.stringify(result)).not.toContain('secret');
  });

  it.each([
    ['percent-encoded', encodeURIComponent],
    ['as a JSON string', (said: string) => JSON.stringify(said)],
    ['decoded', (said: string) => Buffer.from(said.replace('Basic ', ''), 'base64').toString()],
  ])('shows no credentials that a server repeats %s, those of the URL neither', async (_, repeat) => {
    await using server = await serve((received, response) =>
      answers(401, 'text/plain', `no: ${repeat(received.headers.authorization ?? '')}`)(received, response),
    );
    const inUrl = server.url.replace('://', '://medic:hunt"er%202@');
    for (const result of [
      await walk(inUrl),
      await walk(server.url, { headers: { authorization: 'Bearer hunt"er 2' } }),
    ]) {
      expect(result.verdict.code).toBe('unauthenticated');
      expect(detailOf(result)).not.toMatch(/hunt|bWVkaWM6aHVudCJlciAy/);
    }
  });

  it('shows no credentials of other URLs, whether they were read or not', async () => {
    await using server = await serve(takes);
    const other = server.url.replace('://', '://medic:hunter2@');
    const more = { metricsUrl: other, healthUrl: `${other.replace(/:\d+$/, ':1')}/`, queries: [] };
    expect(JSON.stringify(await walk(server.url, more))).not.toContain('hunter2');
  });

  it('is slow where it answers in time but late', async () => {
    await using server = await serve((received, response) => void setTimeout(() => takes(received, response), 60));
    expect(verdictOf(await walk(server.url, { slowMs: 30 }))).toMatchObject({
      code: 'otlp-slow',
      rung: 'respond',
      outcome: 'degraded',
    });
  });

  it('is degraded where its health check fails, and quotes it', async () => {
    await using server = await serve((received, response) =>
      received.path === '/health'
        ? answers(503, 'text/plain', 'Server not available')(received, response)
        : takes(received, response),
    );
    const result = await walk(server.url, { healthUrl: `${server.url}/health` });
    expect(verdictOf(result)).toMatchObject({ code: 'health-check-failing', outcome: 'degraded' });
    expect(detailOf(result)).toContain('Server not available');
    expect(rungOf(result, 'accept')?.outcome).toBe('pass');
  });
});

describe('faults below OTLP', () => {
  it('F01, F02: a name that does not resolve ends at resolve', async () => {
    const result = await walk('http://collector.nowhere.invalid:4318', { timeoutMs: 3000 });
    expect(['dns-not-found', 'dns-temporary-failure']).toContain(result.verdict.code);
    expect(result.rungs.slice(2).every(({ outcome }) => outcome === 'not-reached')).toBe(true);
  });

  it('F03: nothing listens', async () => {
    const { port } = await tcpServer(() => undefined).then(async (server) => {
      await server[Symbol.asyncDispose]();
      return server;
    });
    const result = await walk(local(port));
    expect(verdictOf(result)).toMatchObject({ code: 'connection-refused', rung: 'connect', outcome: 'fail' });
    expect(detailOf(result)).toContain('ECONNREFUSED');
  });

  it('F04: packets that nobody takes', async () => {
    await using hole = await blackHole();
    const result = await walk(local(hole.port));
    expect(verdictOf(result)).toMatchObject({ code: 'connect-timeout', rung: 'connect', outcome: 'fail' });
    expect(detailOf(result)).toContain('within 0.3 s');
  });

  it.each(['http/protobuf', 'grpc'] as const)('F05: %s is taken and never answered', async (protocol) => {
    await using server = await tcpServer((socket) => socket.resume());
    expect(verdictOf(await walk(local(server.port), { protocol }))).toMatchObject({
      code: 'response-timeout',
      rung: 'respond',
    });
  });

  it('F05: headers come, and a body that never ends', async () => {
    await using server = await serve((_, response) => void response.writeHead(200).write('x'));
    expect((await walk(server.url)).verdict.code).toBe('response-timeout');
  });

  it('F06: each connection is cut; one that is cut once is tried again', async () => {
    await using always = await tcpServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
    expect(verdictOf(await walk(local(always.port)))).toMatchObject({ code: 'connection-reset', rung: 'respond' });
    let cuts = 0;
    await using once = await serve((received, response) => {
      if (cuts++ < 1) response.socket?.resetAndDestroy();
      else takes(received, response);
    });
    expect((await walk(once.url)).verdict.code).toBe('otlp-healthy');
  });

  it('F09: OTLP/HTTP to a plaintext gRPC port, by the bytes it sends first', async () => {
    await using server = await grpcServer(OK);
    const result = await walk(local(server.port));
    expect(verdictOf(result)).toMatchObject({ code: 'http-to-grpc-port', rung: 'sniff' });
    expect(detailOf(result)).toMatch(/00 00 .. 04 00 00 00 00 00/);
  });

  it('F11: OTLP/HTTPS to a TLS gRPC port, by its ALPN', async () => {
    await using server = await grpcServer(OK, certificate('server'));
    const result = await walk(local(server.port, 'https'), { caFile: CA_FILE });
    expect(result.verdict.code).toBe('http-to-grpc-port');
  });

  it('F12: gRPC to a plaintext HTTP port, which answers HTTP/1.1', async () => {
    await using server = await serve(takes);
    const result = await walk(server.url, grpc);
    expect(verdictOf(result)).toMatchObject({ code: 'grpc-to-http-port', rung: 'respond' });
    expect(detailOf(result)).toContain('HTTP/1.1');
  });

  it('F10, F16: plaintext to a port with TLS, of HTTP and of gRPC', async () => {
    await using http = await serve(takes, certificate('server'));
    await using h2 = await grpcServer(OK, certificate('server'));
    for (const [port, protocol] of [
      [Number(new URL(http.url).port), 'http/protobuf'],
      [h2.port, 'http/protobuf'],
      [h2.port, 'grpc'],
    ] as const) {
      const result = await walk(local(port), { protocol });
      expect(verdictOf(result)).toMatchObject({ code: 'plaintext-to-tls', rung: 'respond' });
      expect(detailOf(result)).toContain('TLS handshake succeeds');
    }
  });
});

describe('TLS', () => {
  it.each([
    ['F23', 'server', {}, 'tls-untrusted-ca', 'Test authority'],
    ['F24', 'self-signed', { caFile: CA_FILE }, 'tls-untrusted-ca', 'self-signed'],
    ['F25', 'expired', { caFile: CA_FILE }, 'tls-certificate-expired', '2020'],
    ['F26', 'other-host', { caFile: CA_FILE }, 'tls-hostname-mismatch', 'elsewhere.example'],
  ] as const)('%s: certificate %s is refused and its datum quoted', async (_, name, more, code, datum) => {
    await using server = await serve(takes, certificate(name));
    const result = await walk(server.url, more);
    expect(verdictOf(result)).toMatchObject({ code, rung: 'tls', outcome: 'fail' });
    expect(detailOf(result)).toContain(datum);
    // Its clock may be asked for, its trust is not needed for that; nothing else goes there.
    expect(server.requests.filter(({ url, headers }) => url !== '/' || headers.authorization !== undefined)).toEqual(
      [],
    );
  });

  it('F26: a certificate with a common name alone is told as what strict exporters refuse', async () => {
    await using server = await serve(takes, certificate('no-names'));
    const result = await walk(server.url.replace('127.0.0.1', 'localhost'), { caFile: NO_NAMES_FILE });
    expect(verdictOf(result)).toMatchObject({ code: 'tls-hostname-mismatch', rung: 'tls', outcome: 'degraded' });
    expect(detailOf(result)).toContain('only the common name "localhost"');
  });

  it('F27: wants a client certificate, before TLS 1.3 too', async () => {
    const trusted = { caFile: CA_FILE };
    await using old = await serve(takes, { ...MUTUAL, maxVersion: 'TLSv1.2' });
    const missing = await walk(old.url, trusted);
    expect(verdictOf(missing)).toMatchObject({ code: 'tls-client-certificate-required', rung: 'tls', outcome: 'fail' });
    expect(detailOf(missing)).toMatch(/^TLS alert 40, handshake failure .*the server had shown its own certificate/);
  });

  it.each([
    ['F26: knows no such name', 112, 'tls-hostname-mismatch', /TLS alert 112, .*no certificate for "127\.0\.0\.1"/],
    ['F28: has no cipher in common', 40, 'tls-version-mismatch', /^TLS alert 40, handshake failure/],
    ['F28: has no version in common', 70, 'tls-version-mismatch', /^TLS alert 70, protocol version/],
    ['fails within', 80, 'connection-reset', /^TLS alert 80, internal error; servers in Go/],
  ])('a server that %s says so by an alert', async (_, alert, code, words) => {
    await using server = await tcpServer((socket) =>
      socket.once('data', () => socket.end(Buffer.from([0x15, 3, 3, 0, 2, 2, alert]))),
    );
    const result = await walk(local(server.port, 'https'));
    expect(verdictOf(result)).toMatchObject({ code, rung: 'tls', outcome: 'fail' });
    expect(detailOf(result)).toMatch(words);
  });

  it('F15: TLS to a plaintext port', async () => {
    await using http = await serve(takes);
    await using h2 = await grpcServer(OK);
    expect(verdictOf(await walk(http.url.replace('http', 'https')))).toMatchObject({
      code: 'tls-to-plaintext',
      rung: 'tls',
    });
    const result = await walk(local(h2.port, 'https'), grpc);
    expect(result.verdict.code).toBe('tls-to-plaintext');
  });

  it('F27: a client certificate is wanted, and is enough', async () => {
    await using server = await serve(takes, MUTUAL);
    expect((await walk(server.url, { caFile: CA_FILE })).verdict.code).toBe('tls-client-certificate-required');
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('passes with the right CA over %s', async (version) => {
    await using server = await serve(takes, { ...certificate('server'), minVersion: version, maxVersion: version });
    const result = await walk(server.url, { caFile: CA_FILE });
    expect(result.verdict.code).toBe('otlp-healthy');
    expect(rungOf(result, 'tls')?.detail).toContain(version);
  });

  it('F28: no version in common', async () => {
    const old = {
      ...certificate('server'),
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    } as const;
    await using server = await serve(takes, old);
    expect(verdictOf(await walk(server.url, { caFile: CA_FILE }))).toMatchObject({
      code: 'tls-version-mismatch',
      rung: 'tls',
    });
  });
});

describe('answers', () => {
  it('F14: one signal has no pipeline, over HTTP and over gRPC, and only that one is named', async () => {
    await using http = await serve((received, response) =>
      received.path === '/v1/logs'
        ? answers(404, 'text/plain', '404 page not found\n')(received, response)
        : takes(received, response),
    );
    await using h2 = await grpcServer((path) =>
      path.includes('.logs.')
        ? { 'grpc-status': '12', 'grpc-message': 'unknown service opentelemetry.proto.collector.logs.v1.LogsService' }
        : { 'grpc-status': '0' },
    );
    const missing = { code: 'signal-pipeline-missing', rung: 'respond', signal: 'logs' };
    for (const signals of [['logs'], ['traces', 'metrics', 'logs']] as const) {
      expect(verdictOf(await walk(http.url, { signals: [...signals] }))).toMatchObject(missing);
      expect(verdictOf(await walk(local(h2.port), { ...grpc, signals: [...signals] }))).toMatchObject(missing);
    }
  });

  it('F18: the whole path is wrong', async () => {
    await using server = await serve(answers(404, 'text/plain', '404 page not found\n'));
    const result = await walk(`${server.url}/otlp`);
    expect(result.verdict.code).toBe('path-not-found');
    expect(detailOf(result)).toContain('/otlp/v1/traces');
  });

  it('F19, F22: a redirect is an answer and is not followed', async () => {
    await using server = await serve(answers(301, 'text/html', '', { location: 'https://login.example/?next=1' }));
    const result = await walk(server.url, { signals: ['traces'] });
    expect(result.verdict.code).toBe('redirected');
    expect(detailOf(result)).toContain('https://login.example/');
    expect(server.requests).toHaveLength(1);
  });

  it('F43, F39: a retryable answer gets one more try and no third', async () => {
    await using server = await serve(
      answers(503, 'application/json', '{"code":14,"message":"data refused due to high memory usage"}', {
        'retry-after': '0',
      }),
    );
    const result = await walk(server.url, { signals: ['traces'] });
    expect(verdictOf(result)).toMatchObject({ code: 'memory-limiter-refusing', outcome: 'fail' });
    expect(server.requests).toHaveLength(2);
    await using long = await serve(answers(429, 'application/json', '{}', { 'retry-after': '3600' }));
    expect((await walk(long.url, { signals: ['traces'] })).verdict.code).toBe('throttled');
    expect(long.requests).toHaveLength(1);
  });

  it('F37: an answer that may not be retried is not', async () => {
    await using server = await serve(answers(500, 'application/json', '{"code":13,"message":"Permanent error: no"}'));
    expect((await walk(server.url, { signals: ['logs'] })).verdict.code).toBe('pipeline-permanent-error');
    expect(server.requests).toHaveLength(1);
  });

  it('F45: rejected items fail at accept with the words of the server', async () => {
    await using server = await serve((received, response) =>
      received.body.length > 0 && received.path === '/v1/traces'
        ? answers(
            200,
            'application/x-protobuf',
            Buffer.concat([Buffer.from([0x0a, 0x0b, 0x08, 1, 0x12, 7]), Buffer.from('too old')]),
          )(received, response)
        : takes(received, response),
    );
    const result = await walk(server.url);
    expect(verdictOf(result)).toEqual({ code: 'partial-success', rung: 'accept', outcome: 'fail', signal: 'traces' });
    expect(detailOf(result)).toBe('1 rejected: "too old"');
  });

  it('F46: the clocks of both sides differ', async () => {
    await using server = await serve((received, response) => {
      response.setHeader('date', 'Wed, 01 Jan 2020 00:00:00 GMT');
      takes(received, response);
    });
    expect(verdictOf(await walk(server.url))).toMatchObject({ code: 'clock-skew', outcome: 'degraded' });
  });

  it('a page, endless headers and an endless body end at respond', async () => {
    await using page = await serve(answers(200, 'text/html', '<title>Welcome to nginx!</title>'));
    expect((await walk(page.url)).verdict.code).toBe('not-an-otlp-server');
    await using headers = await tcpServer((socket) => {
      socket.once('data', () => socket.write(`HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(20_000)}`));
    });
    expect((await walk(local(headers.port))).verdict.code).toBe('not-an-otlp-server');
    await using body = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'application/x-protobuf' });
      response.write(Buffer.alloc(200_000, 0xff));
    });
    expect((await walk(body.url)).verdict.code).toBe('not-an-otlp-server');
  });
});

describe('a deployed prober', () => {
  const deployed = proberWith({ deployed: true });
  it.each([
    '127.0.0.1',
    'localhost',
    '169.254.169.254',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[fe80::1]',
    '0x7f000001',
    '0.0.0.0',
  ])('never connects to %s', async (host) => {
    const result = await deployed.probe({
      ...{ endpoint: `http://${host}:4318`, protocol: 'http/protobuf', signals: ['traces'], queries: [] },
      ...{ timeoutMs: 300, slowMs: 1000, target: 'test' },
    });
    expect(verdictOf(result)).toMatchObject({ code: 'endpoint-url-invalid', rung: 'resolve' });
  });

  const inside = proberWith({ deployed: true, inVpc: true });
  const visit = (prober: typeof deployed, host: string, vantage: 'direct' | 'vpc') =>
    prober.probe({
      ...{ endpoint: `http://${host}:1`, protocol: 'http/protobuf', signals: ['traces'], queries: [], vantage },
      ...{ timeoutMs: 1, slowMs: 1000, target: 'test' },
    });
  it.each(['10.1.2.3', '172.31.0.1', '192.168.7.7', '100.64.0.1', '[fd12::1]', '[::ffff:10.1.2.3]'])(
    'connects to private %s only from a VPC where the endpoint says so',
    async (host) => {
      const outside = await visit(deployed, host, 'vpc');
      expect(verdictOf(outside)).toMatchObject({ code: 'prober-fault', rung: 'resolve', outcome: 'unknown' });
      const unmeant = await visit(inside, host, 'direct');
      expect(verdictOf(unmeant)).toMatchObject({ code: 'endpoint-url-invalid', rung: 'resolve', outcome: 'fail' });
      expect(detailOf(unmeant)).toContain("vantage: 'vpc'");
    },
  );
});
