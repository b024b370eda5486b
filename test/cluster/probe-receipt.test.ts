import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import type { ProbeRequest } from '#shared/ports/prober.ts';
import { type HttpServer, serve } from '#test/support/http-server.ts';
import { takes } from '#test/support/otlp-server.ts';
import { testProber } from '#test/support/probing.ts';
import { freePort } from './free-port.ts';
import { running } from './running-program.ts';

/* A real Collector returns the canary by the very configuration that docs/otlp.md tells people to add. */

interface Config {
  processors: Record<string, object>;
  exporters: Record<string, object>;
  service: { pipelines: Record<string, { receivers: string[]; processors: string[]; exporters: string[] }> };
}

const SIGNALS = ['traces', 'metrics', 'logs'] as const;
const folder = mkdtempSync(join(tmpdir(), 'medic-receipt-'));
/** The first block of YAML that says this. */
const documented = (file: string, words: string): string => {
  const blocks = [...readFileSync(join('docs', file), 'utf8').matchAll(/```yaml\n([\s\S]*?)```/g)];
  return blocks.map(([, text = '']) => text).find((text) => text.includes(words)) ?? '';
};

let backend: HttpServer;
beforeAll(async () => {
  backend = await serve(takes);
});
afterAll(async () => {
  await backend[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

/** The Collector with the documented pipelines, or only those of some signals, which return to an address. */
async function returning(address: string, signals: readonly string[] = SIGNALS) {
  const own = parse(documented('otlp.md', 'canary-receipt').replace('PROBER:4319', address)) as Config;
  const { processors: dropping } = parse(documented('probe-codes.md', 'filter/canary')) as Config;
  const [grpc, http] = await Promise.all([freePort(), freePort()]);
  const protocols = { grpc: { endpoint: `127.0.0.1:${grpc}` }, http: { endpoint: `127.0.0.1:${http}` } };
  const main = { receivers: ['otlp'], processors: Object.keys(dropping), exporters: ['otlp_http/backend'] };
  const returned = Object.entries(own.service.pipelines).filter(([name]) => signals.some((of) => name.startsWith(of)));
  const config = {
    receivers: { otlp: { protocols } },
    processors: { ...dropping, ...own.processors },
    exporters: { 'otlp_http/backend': { endpoint: backend.url, compression: 'none' }, ...own.exporters },
    service: {
      telemetry: { metrics: { level: 'none' } },
      pipelines: { ...Object.fromEntries(SIGNALS.map((of) => [of, main])), ...Object.fromEntries(returned) },
    },
  };
  if (signals.length === 0) delete (config.exporters as Record<string, unknown>)['otlp_http/canary-receipt'];
  const file = join(folder, `${http}.yaml`);
  writeFileSync(file, stringify(config));
  const program = await running('otelcol', [`--config=${file}`], /Everything is ready/);
  return {
    grpc: `http://127.0.0.1:${grpc}`,
    http: `http://127.0.0.1:${http}`,
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  };
}

async function walk(endpoint: string, more: Partial<ProbeRequest>) {
  const { verdict, rungs } = await testProber.probe({
    ...{ endpoint, protocol: 'http/protobuf', signals: [...SIGNALS], queries: [], target: 'receipt' },
    ...{ timeoutMs: 5000, slowMs: 4000, ...more },
  });
  const { code, rung, signal } = verdict;
  return { code, rung, signal, store: rungs.find(({ name }) => name === 'store') };
}

it('returns each signal by each protocol, and the backend gets no canary', async () => {
  const receiptListen = `127.0.0.1:${await freePort()}`;
  await using collector = await returning(receiptListen);
  for (const protocol of ['http/protobuf', 'http/json', 'grpc'] as const) {
    const found = await walk(protocol === 'grpc' ? collector.grpc : collector.http, { protocol, receiptListen });
    expect(found).toMatchObject({ code: 'otlp-healthy', rung: 'store' });
    expect(found.store?.detail).toContain('whether a backend keeps it was not looked at');
    expect(Object.values(found.store?.signals ?? {})).toMatchObject(
      SIGNALS.map(() => ({
        outcome: 'pass',
        detail: expect.stringMatching(/^the Collector returned it after \d+ ms$/),
      })),
    );
  }
  expect(backend.requests.filter(({ body }) => body.includes('otlp-medic-canary'))).toEqual([]);
});

it('names the signal that is not returned', async () => {
  const receiptListen = `127.0.0.1:${await freePort()}`;
  await using collector = await returning(receiptListen, ['traces', 'logs']);
  expect(await walk(collector.http, { receiptListen })).toMatchObject({
    ...{ code: 'not-stored', rung: 'store', signal: 'metrics' },
    store: {
      detail: expect.stringMatching(/no metrics came back to .* within 10 s, 2 exports without it came/),
      signals: { traces: { outcome: 'pass' }, metrics: { outcome: 'fail' }, logs: { outcome: 'pass' } },
    },
  });
});

it('says that nothing came at all where no pipeline leads back', async () => {
  const receiptListen = `127.0.0.1:${await freePort()}`;
  await using collector = await returning(receiptListen, []);
  expect(await walk(collector.http, { receiptListen, signals: ['logs'] })).toMatchObject({
    ...{ code: 'not-stored', rung: 'store', signal: 'logs' },
    store: { detail: expect.stringContaining('nothing was sent there at all') },
  });
});
