import { promises } from 'node:dns';
import type { ServerOptions } from 'node:https';
import { describe, expect, it } from 'vitest';
import type { ProbeResult } from '#shared/domain/probe-result.ts';
import type { ProbeRequest } from '#shared/ports/prober.ts';
import { networkFault, type OwnSide, ownSide } from '#shared/wire/otlp/own-side.ts';
import { CA_FILE, certificate } from '#test/support/certificates.ts';
import { dnsServer } from '#test/support/dns-server.ts';
import { serve } from '#test/support/http-server.ts';
import { blackHole, takes } from '#test/support/otlp-server.ts';
import { decisive, proberWith } from '#test/support/probing.ts';

/** This side asks the name servers at these addresses, and no others. */
function asking(...servers: string[]): Partial<OwnSide> {
  const resolver = new promises.Resolver({ timeout: 200, tries: 1 });
  resolver.setServers(servers);
  return {
    nameServers: () => servers,
    lookup: async (host) => (await resolver.resolve4(host)).map((address) => ({ address, family: 4 })),
  };
}

interface From {
  side?: Partial<OwnSide>;
  now?: Date;
}

async function walk(endpoint: string, { side = {}, now = new Date() }: From, more: Partial<ProbeRequest> = {}) {
  const prober = proberWith({ side, clock: { now: () => now } });
  const request = { protocol: 'http/json' as const, signals: ['traces' as const], queries: [], target: 'test' };
  return told(await prober.probe({ endpoint, ...request, timeoutMs: 1000, slowMs: 5000, ...more }));
}
const told = (result: ProbeResult) => ({ ...decisive(result), rungs: result.rungs });

const TARGET = 'collector.shop.example';
const LANDMARK = 'sts.eu-central-1.amazonaws.com';

/** A port of loopback where no name server is any more. */
async function deadServer(): Promise<string> {
  await using server = await dnsServer({});
  return server.at;
}

describe('a name that does not resolve', () => {
  it('is no fault of the target where no name server of this side answers', async () => {
    await using silent = await dnsServer({ [TARGET]: 'silent', '': 'silent' });
    for (const at of [await deadServer(), silent.at]) {
      const found = await walk(`http://${TARGET}:4318`, { side: asking(at) });
      expect(found).toMatchObject({ code: 'prober-fault', rung: 'resolve', outcome: 'unknown' });
      expect(found.detail).toMatch(
        /^self: no name server of this side answers: 127\.0\.0\.1:\d+ \((ECONNREFUSED|ETIMEOUT)\)/,
      );
    }
  });

  it.each(['servfail', 'silent'] as const)('is of its own zone where the server answers others: %s', async (answer) => {
    await using server = await dnsServer({ [TARGET]: answer });
    const found = await walk(`http://${TARGET}:4318`, { side: asking(server.at) });
    expect(found).toMatchObject({ code: 'dns-temporary-failure', rung: 'resolve', outcome: 'fail' });
    expect(found.detail).toContain(`the name servers of this side answer (${server.at})`);
  });

  it.each(['servfail', 'nxdomain', 'silent'] as const)(
    'is no fault of the target where a name that must resolve does not either: %s',
    async (answer) => {
      await using server = await dnsServer({ [TARGET]: answer, [LANDMARK]: answer });
      const side = { ...asking(server.at), landmark: `https://${LANDMARK}` };
      const found = await walk(`http://${TARGET}:4318`, { side });
      expect(found).toMatchObject({ code: 'prober-fault', rung: 'resolve', outcome: 'unknown' });
      expect(found.detail).toMatch(new RegExp(`^self: the resolver of this side does not know ${LANDMARK} either`));
      expect(server.asked).toContain(LANDMARK);
    },
  );

  it.each([
    ['servfail', 'dns-temporary-failure'],
    ['nxdomain', 'dns-not-found'],
  ] as const)('is told where the name that must resolve does: %s', async (answer, code) => {
    await using server = await dnsServer({ [TARGET]: answer, [LANDMARK]: ['127.0.0.1'] });
    const side = { ...asking(server.at), landmark: `https://${LANDMARK}` };
    const found = await walk(`http://${TARGET}:4318`, { side });
    expect(found).toMatchObject({ code, outcome: 'fail', detail: expect.stringContaining(`${LANDMARK} resolves`) });
  });

  it('of a Service is known inside the cluster alone, whatever this resolver does', async () => {
    await using server = await dnsServer({});
    const side = { ...asking(server.at), landmark: `https://${LANDMARK}` };
    const found = await walk('http://collector.shop.svc:4318', { side });
    expect(found).toMatchObject({ code: 'dns-not-found', detail: expect.stringContaining('only inside the cluster') });
  });
});

describe('an address that does not answer', () => {
  const address = { address: '203.0.113.9', family: 4 };
  const side = (more: Partial<OwnSide>): OwnSide => ({ ...ownSide, isConnected: () => true, ...more });

  it('says nothing where this side has no interface, or reaches nothing else either', async () => {
    expect(await networkFault(side({ isConnected: () => false }), address)).toMatch(/no network interface/);
    await using hole = await blackHole();
    const landmark = `https://127.0.0.1:${hole.port}`;
    expect(await networkFault(side({ landmark }), address)).toMatch(
      /127\.0\.0\.1 cannot be reached from this side either/,
    );
  });

  it('is the target’s own where others are reached, where it is private, and where it is on this machine', async () => {
    await using there = await serve(takes);
    await using hole = await blackHole();
    const dark = `https://127.0.0.1:${hole.port}`;
    expect(await networkFault(side({ landmark: there.url }), address)).toBeUndefined();
    expect(await networkFault(side({ landmark: dark }), { address: '10.1.2.3', family: 4 })).toBeUndefined();
    const alone = { side: { isConnected: () => false, landmark: dark } };
    const found = await walk(`http://127.0.0.1:${hole.port}`, alone, { timeoutMs: 200 });
    expect(found).toMatchObject({ code: 'connect-timeout', outcome: 'fail' });
  });
});

describe('clocks that differ', () => {
  const HOUR = 3_600_000;
  const late = () => new Date(Date.now() + 2 * HOUR);
  const at = (date: Date, tls?: ServerOptions) =>
    serve((received, response) => {
      response.setHeader('date', date.toUTCString());
      takes(received, response);
    }, tls);

  it('are named both where nothing tells which is wrong', async () => {
    await using server = await serve(takes);
    const found = await walk(server.url, { now: late() });
    expect(found).toMatchObject({ code: 'clock-skew', rung: 'respond', outcome: 'degraded' });
    expect(found.detail).toMatch(/^the server says .* GMT, this side .* GMT$/);
  });

  it('are this side’s fault where a third clock agrees with the server, and the server’s where it agrees with this side', async () => {
    await using server = await serve(takes);
    const side = { landmark: server.url };
    const own = await walk(server.url, { side, now: late() });
    expect(own).toMatchObject({ code: 'prober-fault', rung: 'respond', outcome: 'unknown' });
    expect(own.detail).toMatch(/^self: the clock of this side is wrong: the server says .*, and 127\.0\.0\.1 /);
    await using odd = await at(late());
    const theirs = await walk(odd.url, { side });
    expect(theirs).toMatchObject({ code: 'clock-skew', outcome: 'degraded' });
    expect(theirs.detail).toContain('127.0.0.1 agrees with this side');
  });

  it('are the reason for refused credentials, and said to be', async () => {
    await using server = await serve((_, response) => void response.writeHead(401).end('token is not valid yet'));
    const found = await walk(server.url, { now: late() });
    expect(found).toMatchObject({ code: 'unauthenticated', outcome: 'fail' });
    expect(found.detail).toMatch(/token is not valid yet.*the clocks differ, which tokens do not bear/);
    expect(await walk(server.url, { now: late(), side: { landmark: server.url } })).toMatchObject({
      code: 'prober-fault',
      outcome: 'unknown',
    });
  });

  it('are this side’s fault where it alone finds a certificate out of its time', async () => {
    // OpenSSL goes by the clock of the machine: the certificate is old, and the server lives in its time.
    const then = new Date('2020-01-01T12:00:00Z');
    await using server = await at(then, certificate('expired'));
    const trusted = { caFile: CA_FILE };
    const found = await walk(server.url, {}, trusted);
    expect(found).toMatchObject({ code: 'prober-fault', rung: 'tls', outcome: 'unknown' });
    expect(found.detail).toMatch(/^self: the clock of this side is wrong: it says .*, the server Wed, 01 Jan 2020/);
    await using now = await serve(takes);
    expect(await walk(server.url, { side: { landmark: now.url } }, trusted)).toMatchObject({
      code: 'tls-certificate-expired',
      outcome: 'fail',
      detail: expect.stringContaining('127.0.0.1 tells the same time'),
    });
  });
});
