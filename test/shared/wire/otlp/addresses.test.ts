import { expect, it } from 'vitest';
import type { ProbeResult } from '#shared/domain/probe-result.ts';
import { connectRung } from '#shared/wire/otlp/connect.ts';
import { ownSide } from '#shared/wire/otlp/own-side.ts';
import { type HttpServer, serve } from '#test/support/http-server.ts';
import { blackHole, takes } from '#test/support/otlp-server.ts';
import { proberWith, walkTo } from '#test/support/probing.ts';

/*
 * The URL of an endpoint, and a name with several addresses; servers listen on 127.0.0.1 alone, the rest of 127.0.0.0/8
 * refuses.
 */

async function walk(port: number | string, addresses: string[], timeoutMs = 1000): Promise<ProbeResult> {
  const lookup = async () => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  return proberWith({ side: { lookup } }).probe({
    ...{ endpoint: `http://collector.shop.example:${port}`, protocol: 'http/json', signals: ['traces'] },
    ...{ queries: [], timeoutMs, slowMs: 5000, target: 'test' },
  });
}
const portOf = ({ url }: HttpServer) => new URL(url).port;
const connectOf = ({ rungs }: ProbeResult) => rungs.find(({ name }) => name === 'connect');

it('passes where the first address refuses and the second answers, and names the bad one', async () => {
  await using server = await serve(takes);
  const result = await walk(portOf(server), ['127.0.0.2', '127.0.0.1', '127.0.0.3']);
  expect(result.verdict).toMatchObject({ code: 'otlp-healthy', rung: 'accept', outcome: 'pass' });
  expect(connectOf(result)).toMatchObject({
    outcome: 'degraded',
    detail: expect.stringMatching(
      /^127\.0\.0\.1:\d+ in \d+ ms; 2 of 3 addresses fail: 127\.0\.0\.2 \(connect ECONNREFUSED .*\), 127\.0\.0\.3 /,
    ),
  });
});

it('says nothing of addresses that all answer', async () => {
  await using server = await serve(takes);
  expect(connectOf(await walk(portOf(server), ['127.0.0.1', '127.0.0.1']))?.outcome).toBe('pass');
});

it('fails where none takes a connection, and says so of them all', async () => {
  const result = await walk(1, ['127.0.0.2', '127.0.0.3']);
  expect(result.verdict).toMatchObject({ code: 'connection-refused', rung: 'connect', outcome: 'fail' });
  expect(connectOf(result)?.detail).toContain('none of its 2 addresses');
});

it('says where exporters would go through a proxy, which a probe does not', async () => {
  const environment = { HTTP_PROXY: 'http://user:hunter22@proxy.example:3128' };
  const lookup = async () => [{ address: '127.0.0.2', family: 4 }];
  const { rungs } = await proberWith({ side: { lookup, environment } }).probe({
    ...{ endpoint: 'http://collector.shop.example:1', protocol: 'http/json', signals: ['traces'] },
    ...{ queries: [], timeoutMs: 1000, slowMs: 5000, target: 'test' },
  });
  const detail = rungs.find(({ name }) => name === 'connect')?.detail;
  expect(detail).toMatch(/ECONNREFUSED.*HTTP_PROXY is set here: exporters that honour it go through that proxy/);
  expect(detail).not.toContain('hunter22');
});

it('does not wait long for an address that drops packets beside one that answers', async () => {
  await using hole = await blackHole();
  // The same port on another address: the backlog of the hole is that of its own address alone.
  await using server = await serve(takes, undefined, { host: '127.0.0.2', port: hole.port });
  const result = await walk(portOf(server), ['127.0.0.1', '127.0.0.2'], 10_000);
  expect(result.verdict.outcome).toBe('pass');
  expect(connectOf(result)?.detail).toMatch(/1 of 2 addresses fails: 127\.0\.0\.1 \(no answer from .* within 1\.5 s\)/);
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

it.each([
  ['F20 the URL of one signal as the base', (base: string) => `${base}/v1/traces`, '/v1/traces/v1/traces'],
  ['F21 no scheme', (base: string) => base.replace('http://', ''), 'has no scheme'],
  ['F21 a scheme of another world', (base: string) => base.replace('http', 'grpc'), 'scheme "grpc"'],
])('%s ends before anything is sent', async (_, written, datum) => {
  await using server = await serve(takes);
  const found = await walkTo(written(server.url));
  expect(found).toMatchObject({ code: 'endpoint-url-invalid', rung: 'lint', detail: expect.stringContaining(datum) });
  expect(server.requests).toEqual([]);
});
