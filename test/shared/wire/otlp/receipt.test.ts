import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { probeResult } from '#shared/domain/probe-result.ts';
import type { ProbeRequest } from '#shared/ports/prober.ts';
import { type Received, serve } from '#test/support/http-server.ts';
import { takes } from '#test/support/otlp-server.ts';
import { testProber } from '#test/support/probing.ts';

/** What the pipeline of a Collector does with an export before it returns it; undefined = it drops it. */
type Passing = (received: Received) => { headers?: Record<string, string>; body: Buffer } | undefined;

async function freePort(): Promise<number> {
  await using server = await serve(takes);
  return Number(new URL(server.url).port);
}

/** A receiver that hands each export on to the listener at once, as the pipeline for canaries does. */
async function walk(passing: Passing, more: Partial<ProbeRequest> = {}) {
  const port = await freePort();
  const statuses: number[] = [];
  await using collector = await serve(async (received, response) => {
    const passed = passing(received);
    if (passed) {
      const headers = { 'content-type': received.headers['content-type'] ?? '', ...passed.headers };
      const url = `http://127.0.0.1:${port}${received.path}`;
      const answer = await fetch(url, { method: 'POST', headers, body: new Uint8Array(passed.body) }).catch(
        () => undefined,
      );
      if (answer) statuses.push(answer.status);
    }
    takes(received, response);
  });
  const result = await testProber.probe(
    {
      ...{ endpoint: collector.url, protocol: 'http/protobuf', signals: ['traces', 'metrics', 'logs'], queries: [] },
      ...{ timeoutMs: 2000, slowMs: 5000, target: 'test', receiptListen: `127.0.0.1:${port}`, ...more },
    },
    { signal: AbortSignal.timeout(1000) },
  );
  const { verdict, rungs } = probeResult.parse(result);
  return { statuses, code: verdict.code, store: rungs.find(({ name }) => name === 'store'), rungs };
}

/** Twice what is taken. */
const BOMB = gzipSync(Buffer.alloc(8 * 1024 * 1024));
const whole: Passing = ({ body }) => ({ body });

it('finds each signal in what comes back, in each encoding, zipped too', async () => {
  for (const protocol of ['http/protobuf', 'http/json'] as const)
    expect(await walk(whole, { protocol })).toMatchObject({ code: 'otlp-healthy', store: { outcome: 'pass' } });
  const zipped: Passing = ({ body }) => ({ body: gzipSync(body), headers: { 'content-encoding': 'gzip' } });
  expect(await walk(zipped)).toMatchObject({ code: 'otlp-healthy', store: { outcome: 'pass' } });
});

it('does not take another run, another signal or a span without its mark for the canary', async () => {
  const otherRun: Passing = ({ body }) => ({ body: Buffer.from(body.map((byte) => (byte > 0x7f ? byte - 1 : byte))) });
  const stripped: Passing = ({ body, path }) => {
    const at = body.indexOf('otlp_medic.run_id');
    return path === '/v1/traces' && at > 0 ? { body: body.subarray(0, at) } : { body };
  };
  expect(await walk(stripped)).toMatchObject({ code: 'stored-altered', store: { outcome: 'degraded' } });
  expect((await walk(otherRun, { signals: ['metrics'] })).code).toBe('not-stored');
  expect(await walk(() => undefined, { signals: ['logs'] })).toMatchObject({
    code: 'not-stored',
    store: { detail: expect.stringContaining('nothing was sent there at all') },
  });
});

it('bears what is no export: a bomb and garbage', async () => {
  const odd: Passing = ({ body, path }) => {
    if (path === '/v1/logs') return { body: BOMB, headers: { 'content-encoding': 'gzip' } };
    if (path === '/v1/metrics') return { body: Buffer.from('no gzip'), headers: { 'content-encoding': 'gzip' } };
    return { body };
  };
  const found = await walk(odd);
  expect(found.store?.signals).toMatchObject({ traces: { outcome: 'pass' }, logs: { outcome: 'fail' } });
  expect(found.statuses.every((status) => status === 200)).toBe(true);
});

it('is an error of whoever asks where nothing can listen', async () => {
  await using taken = await serve(takes);
  const { host } = new URL(taken.url);
  await expect(walk(whole, { receiptListen: host })).rejects.toThrow(
    `--receipt-listen ${host}: nothing can listen there`,
  );
  for (const wrong of ['4319', 'localhost', '127.0.0.1:99999'])
    await expect(walk(whole, { receiptListen: wrong })).rejects.toThrow('write an address of this machine and a port');
});
