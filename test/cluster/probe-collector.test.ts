import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProbeResult } from '#shared/domain/probe-result.ts';
import type { ProbeRequest } from '#shared/ports/prober.ts';
import { CA_FILE } from '#test/support/certificates.ts';
import { type HttpServer, serve } from '#test/support/http-server.ts';
import { testProber } from '#test/support/probing.ts';
import { type CollectorParts, collector, type RunningCollector } from './running-program.ts';

/*
 * The ladder against the real Collector in good and in faulty configurations. What it found is printed as a table at
 * the end: way, code, rung, time.
 */

const CERTS = join(import.meta.dirname, '..', 'support', 'certs');
const PROTOCOLS = ['grpc', 'http/protobuf', 'http/json'] as const;
const table: string[] = [];

const walk = (endpoint: string, more: Partial<ProbeRequest> = {}): Promise<ProbeResult> =>
  testProber.probe({
    endpoint,
    protocol: 'http/protobuf',
    signals: ['traces', 'metrics', 'logs'],
    queries: [],
    timeoutMs: 5000,
    slowMs: 3000,
    target: 'cluster-tier',
    ...more,
  });

/** Walks, notes a line of the table, and gives the verdict with the decisive datum. */
async function judged(name: string, endpoint: string, more: Partial<ProbeRequest> = {}) {
  const { verdict, rungs, durationMs, protocol } = await walk(endpoint, more);
  const taken = Object.entries(rungs.find((one) => one.name === 'accept')?.signals ?? {});
  const passes = taken.filter(([, { outcome: each }]) => each === 'pass').map(([of]) => of);
  const { code, rung, outcome, signal } = verdict;
  table.push(
    [
      name.padEnd(48),
      protocol.padEnd(14),
      code.padEnd(34),
      rung.padEnd(8),
      `${durationMs} ms`.padEnd(8),
      `accepted: ${passes.join(' ') || '-'}`,
    ].join(' '),
  );
  return { code, rung, outcome, signal, rungs, detail: rungs.find((one) => one.name === rung)?.detail ?? '' };
}

let backend: HttpServer;
let refusing: HttpServer;
let silent: HttpServer;
const to = (server: { url: string }, more: object = {}) => ({ otlp_http: { endpoint: server.url, ...more } });

beforeAll(async () => {
  const answer = (status: number) => (_: unknown, response: import('node:http').ServerResponse) => {
    response.writeHead(status, { 'content-type': 'application/x-protobuf' });
    response.end();
  };
  backend = await serve(answer(200));
  refusing = await serve(answer(401));
  silent = await serve(() => undefined);
});
afterAll(async () => {
  for (const server of [backend, refusing, silent]) await server[Symbol.asyncDispose]();
  process.stdout.write(`\n${table.join('\n')}\n`);
});

const at = (of: RunningCollector, protocol: ProbeRequest['protocol']) => (protocol === 'grpc' ? of.grpc : of.http);

describe('a healthy Collector', () => {
  it('passes by each protocol for each signal up to export, with a trailing slash too', async () => {
    await using real = await collector({ exporters: to(backend) });
    for (const protocol of PROTOCOLS) {
      const found = await judged('healthy', at(real, protocol), { protocol, metricsUrl: real.metrics });
      expect(found).toMatchObject({ code: 'otlp-healthy', rung: 'export', outcome: 'pass' });
    }
    expect(await judged('healthy, trailing slash', `${real.http}/`)).toMatchObject({ code: 'otlp-healthy' });
    const sent = backend.requests.map(({ path }) => path);
    expect(new Set(sent)).toEqual(new Set(['/v1/traces', '/v1/metrics', '/v1/logs']));
  });

  it('tells the protocols of its two ports apart (F09, F12, F15, F18, F19)', async () => {
    await using real = await collector({ exporters: to(backend) });
    const way = (name: string, url: string, protocol: ProbeRequest['protocol']) => judged(name, url, { protocol });
    expect(await way('F09 http to the gRPC port', real.grpc, 'http/protobuf')).toMatchObject({
      code: 'http-to-grpc-port',
      rung: 'sniff',
      detail: expect.stringContaining('00 00 06 04'),
    });
    expect(await way('F12 gRPC to the HTTP port', real.http, 'grpc')).toMatchObject({ code: 'grpc-to-http-port' });
    for (const [url, protocol] of [
      [real.http, 'http/json'],
      [real.grpc, 'grpc'],
    ] as const) {
      const found = await way('F15 TLS to a plaintext port', url.replace('http', 'https'), protocol);
      expect(found).toMatchObject({ code: 'tls-to-plaintext', rung: 'tls' });
    }
    expect(await way('F18 wrong path', `${real.http}/otlp`, 'http/json')).toMatchObject({
      code: 'path-not-found',
      detail: expect.stringContaining('/otlp/v1/traces'),
    });
    expect(await way('F19 doubled slash', `${real.http}//`, 'http/json')).toMatchObject({
      code: 'endpoint-double-slash',
    });
  });
});

describe('a Collector that knows few encodings (F33)', () => {
  it.each([
    ['takes what is sent plainly, and refuses exporters that compress', ['', 'zstd'], 'degraded', 'with gzip 400'],
    ['refuses even what is sent plainly', ['zstd'], 'fail', 'unsupported Content-Encoding'],
  ])('%s', async (_, algorithms, outcome, datum) => {
    await using real = await collector({ http: { compression_algorithms: algorithms }, exporters: to(backend) });
    for (const protocol of ['http/protobuf', 'http/json'] as const)
      expect(await judged(`F33 encodings "${algorithms}"`, real.http, { protocol })).toMatchObject({
        ...{ code: 'content-encoding-unsupported', rung: 'respond', outcome },
        detail: expect.stringContaining(datum),
      });
  });
});

describe('a Collector with TLS', () => {
  const tls = { cert_file: join(CERTS, 'server.crt'), key_file: join(CERTS, 'leaf.key') };
  const trusted = { caFile: CA_FILE };

  it('passes by each protocol, and refuses what is not meant for it (F10, F11, F13, F16, F23)', async () => {
    await using real = await collector({ receiver: { tls }, exporters: to(backend) });
    for (const protocol of PROTOCOLS)
      expect(await judged('healthy, TLS', at(real, protocol), { protocol, ...trusted })).toMatchObject({
        outcome: 'pass',
      });
    expect(await judged('F23 unknown CA', real.http)).toMatchObject({ code: 'tls-untrusted-ca', rung: 'tls' });
    const plain = (url: string) => url.replace('https', 'http');
    for (const [name, url, protocol] of [
      ['F10 plaintext HTTP to the TLS gRPC port', real.grpc, 'http/protobuf'],
      ['F16 plaintext HTTP to the TLS HTTP port', real.http, 'http/protobuf'],
      ['F16 plaintext gRPC to the TLS gRPC port', real.grpc, 'grpc'],
    ] as const)
      expect(await judged(name, plain(url), { protocol })).toMatchObject({ code: 'plaintext-to-tls', rung: 'respond' });
    expect(await judged('F11 HTTPS to the TLS gRPC port', real.grpc, trusted)).toMatchObject({
      code: 'http-to-grpc-port',
    });
    expect(await judged('F13 gRPC to the HTTPS port', real.http, { protocol: 'grpc', ...trusted })).toMatchObject({
      code: 'grpc-to-http-port',
      detail: expect.stringContaining('404'),
    });
  });

  it.each([
    ['F25 expired certificate', 'expired.crt', 'tls-certificate-expired', '2020'],
    ['F26 certificate of another host', 'other-host.crt', 'tls-hostname-mismatch', 'elsewhere.example'],
  ])('%s', async (name, file, code, datum) => {
    await using real = await collector({
      receiver: { tls: { ...tls, cert_file: join(CERTS, file) } },
      exporters: to(backend),
    });
    for (const protocol of ['grpc', 'http/json'] as const)
      expect(await judged(name, at(real, protocol), { protocol, ...trusted })).toMatchObject({
        code,
        detail: expect.stringContaining(datum),
      });
  });

  it('wants a client certificate (F27), and takes it', async () => {
    await using real = await collector({
      receiver: { tls: { ...tls, client_ca_file: CA_FILE } },
      exporters: to(backend),
    });
    for (const protocol of PROTOCOLS)
      expect(await judged('F27 client certificate', at(real, protocol), { protocol, ...trusted })).toMatchObject({
        code: 'tls-client-certificate-required',
      });
    for (const [name, datum] of [
      ['expired', 'TLS alert 45, certificate expired'],
      ['self-signed', 'TLS alert 48, unknown ca'],
    ] as const) {
      const other = { clientCertFile: join(CERTS, `${name}.crt`), clientKeyFile: join(CERTS, 'leaf.key') };
      expect(await judged(`F27 client certificate ${name}`, real.http, { ...trusted, ...other })).toMatchObject({
        code: 'tls-client-certificate-required',
        detail: expect.stringContaining(datum),
      });
    }
    const own = { clientCertFile: join(CERTS, 'client.crt'), clientKeyFile: join(CERTS, 'leaf.key') };
    expect(
      await judged('healthy, client certificate', real.grpc, { protocol: 'grpc', ...trusted, ...own }),
    ).toMatchObject({
      outcome: 'pass',
    });
  });
});

describe('a Collector that refuses', () => {
  it('F14: a signal without a pipeline', async () => {
    await using real = await collector({ exporters: to(backend), signals: ['traces', 'metrics'] });
    for (const protocol of PROTOCOLS)
      expect(await judged('F14 no pipeline for logs', at(real, protocol), { protocol })).toMatchObject({
        code: 'signal-pipeline-missing',
        signal: 'logs',
      });
  });

  it('F29: missing and wrong credentials, and takes odd but right ones', async () => {
    const token = 'a=b,c%41/+~';
    await using real = await collector({
      extensions: { bearertokenauth: { token } },
      receiver: { auth: { authenticator: 'bearertokenauth' } },
      exporters: to(backend),
    });
    for (const protocol of PROTOCOLS) {
      const ask = (name: string, headers: Record<string, string>) =>
        judged(name, at(real, protocol), { protocol, headers });
      expect(await ask('F29 no credentials', {})).toMatchObject({
        code: 'unauthenticated',
        rung: 'respond',
        detail: expect.stringContaining('missing or empty authorization header'),
      });
      expect(await ask('F29 wrong credentials', { authorization: 'Bearer other' })).toMatchObject({
        detail: expect.stringContaining('does not match'),
      });
      expect(await ask('healthy, odd token', { authorization: `Bearer ${token}` })).toMatchObject({ outcome: 'pass' });
    }
  });

  it('F35: a body that is too large', async () => {
    await using real = await collector({ http: { max_request_body_size: 20 }, exporters: to(backend) });
    expect(await judged('F35 body too large', real.http)).toMatchObject({ code: 'payload-too-large', rung: 'accept' });
  });

  it('F38: because of its memory, though the empty export passes', async () => {
    const memory_limiter = { check_interval: '100ms', limit_mib: 2, spike_limit_mib: 1 };
    await using real = await collector({ processors: { memory_limiter }, exporters: to(backend) });
    await sleep(300); // its first look at the memory
    for (const protocol of PROTOCOLS)
      expect(await judged('F38 memory limiter', at(real, protocol), { protocol })).toMatchObject({
        code: 'memory-limiter-refusing',
        rung: 'accept',
        detail: expect.stringContaining('data refused due to high memory usage'),
      });
  });

  it.each([
    ['F40 queue full', {}, 'accept'],
    ['F41 queue full behind batch', { batch: { timeout: '10ms' } }, 'export'],
  ] as const)('%s', async (name, processors, rung) => {
    const queue = { sending_queue: { queue_size: 1, num_consumers: 1 }, timeout: '30s' };
    await using real = await collector({ processors, exporters: to(silent, queue) });
    const more = { metricsUrl: real.metrics };
    expect(await judged('F42 backend does not answer', real.http, more)).toMatchObject({
      code: 'export-failing',
      rung: 'export',
      detail: expect.stringMatching(/1 of 1 in the queue of otlp_http/),
    });
    expect(await judged(name, real.http, more)).toMatchObject({ code: 'queue-full', rung });
  });

  it('F37, F42: without queue and retries it hands on what the backend says', async () => {
    const bare = { sending_queue: { enabled: false }, retry_on_failure: { enabled: false } };
    await using permanent = await collector({ exporters: to(refusing, bare) });
    for (const protocol of ['http/json', 'grpc'] as const) {
      const found = await judged('F37 permanent error of the pipeline', at(permanent, protocol), { protocol });
      expect(found).toMatchObject({
        ...{ code: 'pipeline-permanent-error', rung: 'accept', detail: expect.stringContaining('401') },
      });
    }
    await using gone = await collector({ exporters: to({ url: 'http://127.0.0.1:1' }, bare) });
    for (const protocol of ['http/json', 'grpc'] as const)
      expect(await judged('F42 no backend, no queue', at(gone, protocol), { protocol })).toMatchObject({
        code: 'export-failing',
        rung: 'accept',
        detail: expect.stringContaining('connection refused'),
      });
  });
});

describe('a Collector that accepts and loses', () => {
  // What docs/probe-codes.md gives to drop canaries downstream.
  const CANARIES = 'resource.attributes["service.name"] == "otlp-medic-canary"';
  const drops = {
    traces: { span: [CANARIES] },
    metrics: { metric: [CANARIES] },
    logs: { log_record: [CANARIES] },
  };
  const cases: [string, CollectorParts, string, string][] = [
    [
      'F42 backend gone',
      { exporters: { otlp_http: { endpoint: 'http://127.0.0.1:1' } } },
      'export-failing',
      'otlp_http',
    ],
    [
      'F48 filtered out',
      { processors: { filter: drops }, exporters: { otlp_http: { endpoint: 'http://127.0.0.1:1' } } },
      'dropped-by-processor',
      'filter',
    ],
    ['F54 debug alone', { exporters: { debug: {} } }, 'debug-only-pipeline', 'debug'],
  ];
  it.each(cases)('%s', async (name, parts, code, datum) => {
    await using real = await collector(parts);
    for (const protocol of ['http/protobuf', 'grpc'] as const) {
      const found = await judged(name, at(real, protocol), { protocol, metricsUrl: real.metrics });
      expect(found).toMatchObject({ code, rung: 'export', detail: expect.stringContaining(datum) });
    }
  });

  it('F42: one of two backends is gone, also where the other one is a receipt', async () => {
    const gone = { 'otlp_http/gone': { endpoint: 'http://127.0.0.1:1' } };
    for (const [name, outcome] of [
      ['otlp_http/good', 'degraded'],
      ['otlp_http/canary-receipt', 'fail'],
    ] as const) {
      await using real = await collector({ exporters: { ...gone, [name]: { endpoint: backend.url } } });
      const found = await judged(`F42 one of two backends gone: ${name}`, real.http, { metricsUrl: real.metrics });
      const detail = expect.stringContaining('nothing sent by otlp_http/gone: 1 in its queue');
      expect(found).toMatchObject({ code: 'export-failing', rung: 'export', outcome, detail });
    }
    const exporters = { 'otlp_http/a': { endpoint: backend.url }, 'otlp_http/b': { endpoint: backend.url } };
    await using well = await collector({ exporters });
    expect(await judged('healthy, two backends', well.http, { metricsUrl: well.metrics })).toMatchObject({
      ...{ code: 'otlp-healthy', rung: 'export' },
    });
  });

  it.each([
    ['healthy, a batch that waits', { batch: { timeout: '60s' } }, 'nothing queued or in flight'],
    ['healthy, the documented filter', { 'filter/canary': drops }, 'filter/canary takes canaries out, as it should'],
  ])('%s is no loss', async (name, processors, words) => {
    await using real = await collector({ processors, exporters: to(backend) });
    const result = await judged(name, real.http, { metricsUrl: real.metrics });
    expect(result).toMatchObject({ code: 'otlp-healthy', rung: 'accept', outcome: 'pass' });
    expect(result.rungs.find((one) => one.name === 'export')).toMatchObject({
      outcome: 'not-checked',
      detail: expect.stringContaining(words),
    });
  });

  it('F42 a backend that refuses for good shows at once', async () => {
    await using real = await collector({ exporters: to(refusing) });
    expect(await judged('F42 permanent error of the backend', real.http, { metricsUrl: real.metrics })).toMatchObject({
      code: 'export-permanent-error',
      rung: 'export',
      detail: expect.stringContaining('lost by otlp_http'),
    });
  });
});
