import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ProbeResult } from '#shared/domain/probe-result.ts';
import type { ProbeRequest } from '#shared/ports/prober.ts';
import { serve } from '#test/support/http-server.ts';
import { takes } from '#test/support/otlp-server.ts';
import { proberWith, testProber } from '#test/support/probing.ts';
import { missing } from '../../scripts/components/place.ts';
import { freePort } from './free-port.ts';
import { collector, running } from './running-program.ts';

/* The store rung on real backends behind a real Collector: `npm run components -- telemetry`. */

const absent = missing('telemetry').map(({ name }) => name);

const walk = (endpoint: string, more: Partial<ProbeRequest>, prober = testProber) =>
  prober.probe({
    ...{ endpoint, protocol: 'http/protobuf', signals: ['traces'], queries: [], target: 'telemetry-tier' },
    ...{ timeoutMs: 2000, slowMs: 1000 },
    ...more,
  });

const rungOf = ({ rungs }: ProbeResult, name: string) => rungs.find((one) => one.name === name);

/** Hides one version of an API, as older and newer servers do. */
async function without(url: string, hidden: string) {
  return serve(async ({ url: asked }, response) => {
    if (asked.startsWith(hidden)) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found\n');
      return;
    }
    const answer = await fetch(`${url}${asked}`);
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    response.end(await answer.text());
  });
}

describe.skipIf(absent.includes('jaeger-all-in-one'))('the store rung on Jaeger', () => {
  async function jaeger() {
    const names = ['collector.otlp.grpc', 'collector.otlp.http', 'collector.grpc-server', 'collector.http-server'];
    const others = ['query.grpc-server', 'query.http-server', 'admin.http'];
    const ports = new Map<string, number>();
    for (const name of [...names, ...others]) ports.set(name, await freePort());
    const flags = [...ports].map(([name, port]) => `--${name}.host-port=127.0.0.1:${port}`);
    const ready = /Query server started|"Starting HTTP server".*query|Health Check state change/i;
    const program = await running('jaeger-all-in-one', flags, ready);
    const url = (name: string) => `http://127.0.0.1:${ports.get(name)}`;
    return { url, [Symbol.asyncDispose]: () => program[Symbol.asyncDispose]() };
  }

  it('finds the canary that a Collector sent on by each version of its API, and names a backend that never got it', async () => {
    await using store = await jaeger();
    const query = store.url('query.http-server');
    await using sends = await collector({
      exporters: { otlp_http: { endpoint: store.url('collector.otlp.http') } },
      processors: { batch: {} },
      signals: ['traces'],
    });
    await using onlyFirst = await without(query, '/api/v3');
    await using onlyThird = await without(query, '/api/traces');
    for (const [kind, url] of [
      ['jaeger', query],
      ['unknown', query],
      ['jaeger', onlyFirst.url],
      ['jaeger', onlyThird.url],
    ] as const) {
      const result = await walk(sends.http, { metricsUrl: sends.metrics, queries: [{ kind, url }] });
      expect(result.verdict).toMatchObject({ code: 'otlp-healthy', rung: 'store', outcome: 'pass' });
    }
    await using keeps = await serve(takes);
    const lost = await walk(keeps.url, { queries: [{ kind: 'jaeger', url: query }] });
    expect(lost.verdict).toMatchObject({ code: 'not-stored', rung: 'store', signal: 'traces' });
    expect(rungOf(lost, 'store')?.detail).toContain('404');
  });
});

describe.skipIf(absent.includes('prometheus'))('the store rung on Prometheus', () => {
  async function prometheus() {
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), 'medic-prometheus-'));
    const file = join(folder, 'prometheus.yml');
    writeFileSync(file, '{}');
    const program = await running(
      'prometheus',
      [
        `--config.file=${file}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--web.enable-otlp-receiver',
      ],
      /Server is ready to receive web requests/,
    );
    return {
      url: `http://127.0.0.1:${port}`,
      async [Symbol.asyncDispose]() {
        await program[Symbol.asyncDispose]();
        rmSync(folder, { recursive: true });
      },
    };
  }

  it('takes the value of this run for proof, not one that an earlier run left', async () => {
    await using store = await prometheus();
    await using sends = await collector({
      exporters: { otlp_http: { endpoint: `${store.url}/api/v1/otlp` } },
      signals: ['metrics'],
    });
    for (const kind of ['prometheus', 'unknown'] as const) {
      const result = await walk(sends.http, {
        ...{ signals: ['metrics'], metricsUrl: sends.metrics },
        queries: [{ kind, url: store.url }],
      });
      expect(result.verdict).toMatchObject({ code: 'otlp-healthy', rung: 'store', outcome: 'pass' });
    }
    const direct = await walk(`${store.url}/api/v1/otlp`, {
      signals: ['metrics'],
      queries: [{ kind: 'prometheus', url: store.url }],
    });
    expect(direct.verdict).toMatchObject({ code: 'otlp-healthy', rung: 'store', outcome: 'pass' });
    await using keeps = await serve(takes);
    const lost = await walk(keeps.url, { signals: ['metrics'], queries: [{ kind: 'prometheus', url: store.url }] });
    expect(lost.verdict).toMatchObject({ code: 'not-stored', rung: 'store', signal: 'metrics' });
  });

  it('F46: an item of another time is refused at once, with the words of the server', async () => {
    await using store = await prometheus();
    await using sends = await collector({
      exporters: { otlp_http: { endpoint: `${store.url}/api/v1/otlp` } },
      signals: ['metrics'],
    });
    const more = { signals: ['metrics' as const], queries: [] };
    expect((await walk(sends.http, more)).verdict.outcome).toBe('pass');
    const dayLate = { now: () => new Date(Date.now() - 25 * 3_600_000) };
    const late = (request: Partial<ProbeRequest>) => walk('', { ...more, ...request }, proberWith({ clock: dayLate }));
    const byCollector = await late({ endpoint: sends.http, metricsUrl: sends.metrics });
    expect(byCollector.verdict).toMatchObject({ code: 'export-permanent-error', rung: 'export', outcome: 'fail' });
    expect(rungOf(byCollector, 'respond')).toMatchObject({
      outcome: 'degraded',
      detail: expect.stringMatching(/the server says .* GMT/),
    });
    const direct = await late({ endpoint: `${store.url}/api/v1/otlp` });
    expect(direct.verdict).toMatchObject({ code: 'payload-invalid', rung: 'accept', outcome: 'fail' });
    expect(rungOf(direct, 'accept')?.detail).toMatch(/out of (bounds|order)|too old/);
  });

  it('says that a signal without a backend is not checked beside one that has it', async () => {
    await using store = await prometheus();
    await using sends = await collector({
      exporters: { otlp_http: { endpoint: `${store.url}/api/v1/otlp` } },
      signals: ['metrics'],
    });
    await using both = await serve(async (received, response) => {
      if (received.path !== '/v1/metrics') return takes(received, response);
      const { headers, body } = received;
      const answer = await fetch(`${sends.http}${received.path}`, {
        method: 'POST',
        headers: { 'content-type': headers['content-type'] ?? '' },
        body: new Uint8Array(body),
      });
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
      response.end(Buffer.from(await answer.arrayBuffer()));
    });
    const result = await walk(both.url, {
      signals: ['traces', 'metrics'],
      queries: [{ kind: 'prometheus', url: store.url }],
    });
    expect(rungOf(result, 'store')).toMatchObject({
      outcome: 'pass',
      signals: { traces: { outcome: 'not-checked' }, metrics: { outcome: 'pass' } },
    });
  });
});
