import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ProbeRequest } from '#shared/ports/prober.ts';
import { type HttpServer, serve } from '#test/support/http-server.ts';
import { takes } from '#test/support/otlp-server.ts';
import { testProber } from '#test/support/probing.ts';
import { freePort } from './free-port.ts';
import { receiptCollector, SIGNALS } from './receipt-collector.ts';

/* A real Collector returns the canary by the very configuration that docs/otlp.md tells people to add. */

let backend: HttpServer;
beforeAll(async () => {
  backend = await serve(takes);
});
afterAll(async () => {
  await backend[Symbol.asyncDispose]();
});

const returning = (address: string, signals?: readonly string[]) =>
  receiptCollector({ ...{ backend, address, exporter: 'otlp_http/canary-receipt' }, ...(signals && { signals }) });

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
