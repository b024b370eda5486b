import { describe, expect, it } from 'vitest';
import { lintEndpoint, pathOf, withoutUserinfo } from '#shared/otlp/endpoint.ts';
import { proxyVariable } from '#shared/otlp/env-proxy.ts';
import { grpcFound } from '#shared/otlp/grpc-answer.ts';
import { readHeaders } from '#shared/otlp/headers.ts';
import { httpFound } from '#shared/otlp/http-answer.ts';
import { certificateFound } from '#shared/otlp/network-faults.ts';
import { retryAfterMs } from '#shared/otlp/retry-after.ts';
import { judgeTogether } from '#shared/otlp/together.ts';

const NOW = new Date('2026-11-25T03:00:00.000Z');

describe('an endpoint', () => {
  it.each([
    ['collector:4318', 'endpoint-url-invalid'],
    ['ftp://collector', 'endpoint-url-invalid'],
    ['http://', 'endpoint-url-invalid'],
    ['http://collector:4318/v1/traces', 'endpoint-url-invalid'],
    ['http://collector:4318?x=1', 'endpoint-url-invalid'],
    ['http://user:50%@collector:4318', 'endpoint-url-invalid'],
    ['http://collector:0', 'endpoint-url-invalid'],
    ['http://collector:99999', 'endpoint-url-invalid'],
    ['http://collector:4318/a//b', 'endpoint-double-slash'],
    ['http://collector:4318//', 'endpoint-double-slash'],
  ])('%s is found to be %s', (written, code) => {
    expect(lintEndpoint(written, 'http/protobuf').found?.code).toBe(code);
  });

  it('keeps one slash between a base that ends in one and the path', () => {
    for (const [base, path] of [
      ['http://[::1]:4318/', '/v1/logs'],
      ['https://otlp.example.com/otlp/', '/otlp/v1/logs'],
    ] as const) {
      const linted = lintEndpoint(base, 'http/json');
      expect('endpoint' in linted && pathOf(linted.endpoint, 'logs')).toBe(path);
      expect(linted.found).toBeUndefined();
    }
  });

  it('never shows the password that it carries', () => {
    const linted = lintEndpoint('https://user:hunter22@collector/', 'http/json');
    expect('endpoint' in linted && linted.endpoint.shown).toBe('https://collector');
    expect('endpoint' in linted && linted.endpoint.authorization).toBe('Basic dXNlcjpodW50ZXIyMg==');
  });
});

describe('what cannot be used', () => {
  it.each([
    ['user:hunter22@collector:4318', 'collector:4318'],
    ['http://user:50%/@hunter22@collector', 'http://collector'],
    ['ftp://user:hunter22@collector/x', 'ftp://collector/x'],
    ['http://collector:4318/a', 'http://collector:4318/a'],
  ])('%s is shown without its password', (written, shown) => {
    expect(withoutUserinfo(written)).toBe(shown);
    expect(JSON.stringify(lintEndpoint(written, 'http/json').found ?? '')).not.toContain('hunter22');
  });
});

describe('a proxy of the environment', () => {
  const variables = {
    HTTPS_PROXY: 'http://proxy:3128',
    http_proxy: '',
    NO_PROXY: 'localhost,.shop.svc,*.corp.example',
  };
  it.each([
    [true, 'otlp.example.com', 'HTTPS_PROXY'],
    [true, 'collector.shop.svc', undefined],
    [true, 'otlp.corp.example', undefined],
    [true, 'corp.example.com', 'HTTPS_PROXY'],
    [false, 'otlp.example.com', undefined],
  ])('TLS %s to %s: %s', (tls, host, variable) => {
    expect(proxyVariable(variables, { tls, host })).toBe(variable);
  });

  it('for all schemes, and against it for all hosts', () => {
    expect(proxyVariable({ all_proxy: 'socks5://p' }, { tls: false, host: 'a' })).toBe('all_proxy');
    expect(proxyVariable({ ALL_PROXY: 'socks5://p', no_proxy: '*' }, { tls: false, host: 'a' })).toBeUndefined();
  });
});

describe('headers', () => {
  it('are read as OTEL_EXPORTER_OTLP_HEADERS writes them', () => {
    expect(readHeaders('Authorization=Bearer%20a%3Db%2Cc, x-tenant=1')).toEqual({
      authorization: 'Bearer a=b,c',
      'x-tenant': '1',
    });
    expect(readHeaders('')).toEqual({});
  });

  it.each(['novalue', '=x', 'a b=c', 'a=%', 'a=%0d%0ab', 'te=x', 'Content-Length=5'])(
    '%s is refused, without its value',
    (written) => {
      expect(() => readHeaders(written)).toThrow(/^headers: /);
    },
  );
});

const answer = (status: number, type: string, body: string, headers: Record<string, string> = {}) => ({
  status,
  headers: { 'content-type': type, ...headers },
  body: Buffer.from(body),
});
const JSON_TYPE = 'application/json';

describe('an HTTP answer', () => {
  it.each([
    [
      answer(401, JSON_TYPE, '{"code":16,"message":"missing or empty authorization header: Authorization"}'),
      'unauthenticated',
      'missing or empty',
    ],
    [answer(403, JSON_TYPE, '{"message":"no"}'), 'permission-denied', '403'],
    [answer(407, 'text/html', '<h1>Proxy</h1>'), 'http-proxy-interfering', 'Proxy'],
    [answer(464, 'text/html', ''), 'lb-protocol-version-mismatch', '464'],
    [answer(307, 'text/html', '', { location: '/v1/traces' }), 'redirected', '/v1/traces'],
    [answer(404, 'text/plain', '404 page not found\n'), 'path-not-found', '404 page not found'],
    [answer(404, 'text/html', '<h1>nginx</h1>'), 'not-an-otlp-server', 'nginx'],
    [answer(400, 'text/plain', 'Client sent an HTTP request to an HTTPS server.'), 'plaintext-to-tls', 'HTTPS server'],
    [
      answer(400, JSON_TYPE, '{"code":3,"message":"unsupported Content-Encoding: br"}'),
      'content-encoding-unsupported',
      'br',
    ],
    [answer(400, JSON_TYPE, '{"code":3,"message":"gzip: invalid header"}'), 'content-encoding-unsupported', 'gzip'],
    [answer(400, JSON_TYPE, '{"code":3,"message":"http: request body too large"}'), 'payload-too-large', 'too large'],
    [answer(400, JSON_TYPE, '{"code":3,"message":"unexpected EOF"}'), 'payload-invalid', 'unexpected EOF'],
    [answer(413, 'text/html', '<h1>Too large</h1>'), 'payload-too-large', '413'],
    [answer(415, 'text/plain', '415 unsupported media type'), 'content-type-unsupported', '415'],
    [answer(500, JSON_TYPE, '{"code":13,"message":"Permanent error: no"}'), 'pipeline-permanent-error', 'Permanent'],
    [
      answer(503, JSON_TYPE, '{"code":14,"message":"data refused due to high memory usage"}'),
      'memory-limiter-refusing',
      'memory',
    ],
    [answer(429, 'text/plain', 'Too Many Requests'), 'memory-limiter-refusing', '429'],
    [answer(503, JSON_TYPE, '{"code":14,"message":"sending queue is full"}'), 'queue-full', 'queue'],
    [answer(503, JSON_TYPE, '{"code":14,"message":"connect: connection refused"}'), 'export-failing', 'refused'],
    [answer(429, JSON_TYPE, '{}', { 'retry-after': 'Wed, 25 Nov 2026 03:00:09 GMT' }), 'throttled', '9 s'],
    [answer(503, 'text/html', '<h1>503</h1>', { server: 'awselb/2.0' }), 'gateway-error', 'awselb/2.0'],
    [answer(502, 'text/html', ''), 'gateway-error', '502'],
    [answer(200, 'text/html', '<title>Login</title>'), 'not-an-otlp-server', 'Login'],
    [answer(200, JSON_TYPE, '[]'), 'not-an-otlp-server', 'no export response'],
    [
      answer(200, JSON_TYPE, '{"partialSuccess":{"rejectedSpans":"1","errorMessage":"too old"}}'),
      'partial-success',
      '1 rejected: "too old"',
    ],
  ])('$status is told apart: %#', (given, code, datum) => {
    const found = httpFound('traces', given, { protocol: 'http/json', path: '/v1/traces', now: NOW });
    expect(found?.code).toBe(code);
    expect(found?.detail).toContain(datum);
  });

  it('is good where it has the asked type and no rejection; words alone only warn', () => {
    const good = (body: string) =>
      httpFound('traces', answer(200, 'application/json; charset=utf-8', body), {
        protocol: 'http/json',
        path: '/v1/traces',
        now: NOW,
      });
    expect(good('{"partialSuccess":{}}')).toBeUndefined();
    expect(good('{"partialSuccess":{"errorMessage":"soon gone"}}')).toMatchObject({ outcome: 'degraded' });
  });
});

describe('a gRPC answer', () => {
  const said = (status: number, message: string) => ({
    httpStatus: 200,
    headers: {},
    status,
    message,
    body: Buffer.alloc(0),
  });
  it.each([
    [said(12, 'unknown service opentelemetry.proto.collector.logs.v1.LogsService'), 'signal-pipeline-missing'],
    [said(12, 'grpc: Decompressor is not installed for grpc-encoding "br"'), 'content-encoding-unsupported'],
    [said(8, 'grpc: received message larger than max (5 vs. 4)'), 'payload-too-large'],
    [said(8, ''), 'memory-limiter-refusing'],
    [said(14, 'data refused due to high memory usage'), 'memory-limiter-refusing'],
    [said(16, 'no auth'), 'unauthenticated'],
    [said(7, 'no'), 'permission-denied'],
    [said(13, 'Permanent error'), 'pipeline-permanent-error'],
  ])('is told apart: %#', (given, code) => {
    expect(grpcFound('logs', given)?.code).toBe(code);
  });

  it('without a gRPC status is another server', () => {
    const foreign = {
      httpStatus: 404,
      headers: { 'content-type': 'text/plain' },
      message: '',
      body: Buffer.from('404'),
    };
    expect(grpcFound('logs', foreign)?.code).toBe('grpc-to-http-port');
    expect(grpcFound('logs', { ...foreign, httpStatus: 464 })?.code).toBe('lb-protocol-version-mismatch');
  });
});

describe('signals together', () => {
  const lost = { code: 'path-not-found' as const, detail: '404' };
  it('tell a missing pipeline from a wrong path', () => {
    const path = () => '/otlp/v1/traces';
    expect(judgeTogether({ traces: null, metrics: null, logs: lost }, path).logs?.code).toBe('signal-pipeline-missing');
    const all = judgeTogether({ traces: lost, metrics: lost, logs: lost }, path).traces;
    expect(all).toMatchObject({ code: 'path-not-found', detail: expect.stringContaining('/otlp/v1/traces') });
  });
});

describe('a wait', () => {
  it.each([
    ['0', 0],
    ['120', 120_000],
    ['Wed, 25 Nov 2026 03:00:30 GMT', 30_000],
    ['Wed, 25 Nov 2026 02:00:00 GMT', 0],
    ['soon', undefined],
    ['-1', undefined],
    [undefined, undefined],
  ])('%s is %s ms', (header, ms) => expect(retryAfterMs(header, NOW)).toBe(ms));
});

describe('a certificate', () => {
  const peer = { subject: 'a', issuer: 'b', names: 'DNS:a', validFrom: 'Jan  1 00:00:00 2020 GMT', chain: 1 };
  const ending = (validTo: string) => certificateFound({ ...peer, validTo }, undefined, { host: 'a', now: NOW }).found;
  it('that ends within 21 days is named, one that lasts longer is not', () => {
    expect(ending('Dec 15 00:00:00 2026 GMT')).toMatchObject({ code: 'tls-certificate-expiring' });
    expect(ending('Dec 17 00:00:00 2026 GMT')).toBeUndefined();
  });
});
