import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { input } from '#functions/probe-otlp/input.ts';
import { makeStep } from '#functions/probe-otlp/step.ts';
import { config } from '#shared/domain/config.ts';
import { probeResult } from '#shared/domain/probe-result.ts';
import { filesStore } from '#shared/files/store.ts';
import { systemClock } from '#shared/ports/clock.ts';
import { serve } from '#test/support/http-server.ts';
import { takes } from '#test/support/otlp-server.ts';
import { proberWith, testProber } from '#test/support/probing.ts';
import { stepContext } from '#test/support/stepping.ts';

const store = filesStore(mkdtempSync(join(tmpdir(), 'medic-probe-')));
const probe = (event: unknown, otlp: object[] = [], prober = testProber) => {
  const configured = config.parse({ targets: [{ name: 'shop', cluster: 'sandbox', otlp }] });
  return makeStep({ config: configured, prober, store, clock: systemClock })(input.parse(event), stepContext());
};
const refuses = (status: number) => serve((_, response) => void response.writeHead(status).end());

it('walks the ladder to a free endpoint, with the headers and signals of the event', async () => {
  await using server = await serve(takes);
  const result = await probe({ endpoint: server.url, headers: 'authorization=Bearer%20a%3D', signals: 'logs' });
  expect(probeResult.parse(result).verdict).toMatchObject({ code: 'otlp-healthy', rung: 'accept' });
  expect(new Set(server.requests.map(({ path }) => path))).toEqual(new Set(['/v1/logs']));
  expect(server.requests[0]?.headers.authorization).toBe('Bearer a=');
});

it('sends an endpoint the signals that it is to take, unless the event names others', async () => {
  await using server = await serve(takes);
  const otlp = [{ endpoint: server.url, protocol: 'http/json', signals: ['traces', 'logs'] }];
  const asked = async (event: object) => {
    server.requests.length = 0;
    expect((await probe(event, otlp)).verdict).toMatchObject({ code: 'otlp-healthy', rung: 'accept' });
    return [...new Set(server.requests.map(({ path }) => path))].sort();
  };
  expect(await asked({})).toEqual(['/v1/logs', '/v1/traces']);
  expect(await asked({ signals: 'metrics' })).toEqual(['/v1/metrics']);
});

it('answers with the worst of the endpoints of a target, and keeps the others with it', async () => {
  await using good = await serve(takes);
  await using bad = await refuses(401);
  await using page = await serve((_, response) => void response.setHeader('content-type', 'text/html').end('<p>no'));
  const otlp = [good, bad, page].map(({ url }) => ({ endpoint: url, protocol: 'http/json' }));
  const { others = [], ...worst } = probeResult.parse(await probe({}, otlp));
  expect(worst).toMatchObject({ endpoint: bad.url, verdict: { code: 'unauthenticated' } });
  expect(others.map(({ endpoint, verdict }) => [endpoint, verdict.code])).toEqual([
    [page.url, 'not-an-otlp-server'],
    [good.url, 'otlp-healthy'],
  ]);
  expect(others.every(({ rungs }) => rungs.length === 9)).toBe(true);
});

it('tells of one endpoint that cannot be tried, and tries the others', async () => {
  await using good = await serve(takes);
  const otlp = [
    { endpoint: good.url, protocol: 'http/json' },
    { endpoint: good.url, protocol: 'http/protobuf', caFile: '/nowhere.pem' },
  ];
  const result = await probe({}, otlp);
  expect(result).toMatchObject({
    verdict: { code: 'prober-fault', rung: 'lint', outcome: 'unknown' },
    others: [{ verdict: { code: 'otlp-healthy' } }],
  });
  expect(result.rungs[0]?.detail).toContain('/nowhere.pem');
});

it('keeps the answer about a whole target when it is told to act, and nothing else', async () => {
  await using good = await serve(takes);
  const otlp = [{ endpoint: good.url, protocol: 'http/json' }];
  await probe({}, otlp);
  await probe({ mode: 'act', signals: 'logs' }, otlp);
  await probe({ mode: 'act', endpoint: good.url }, otlp);
  expect(await store.list('')).toEqual([]);
  const result = await probe({ mode: 'act' }, otlp);
  expect(JSON.parse((await store.read('probes/shop.json'))?.body.toString() ?? '')).toEqual(result);
});

it('says what to do where a target has no endpoint', async () => {
  await expect(probe({})).rejects.toThrow('target "shop" has no OTLP endpoint: give --endpoint, or add otlp');
});

it('takes no address and no header from an event where it is deployed', async () => {
  const deployed = proberWith({ deployed: true });
  for (const event of [{ endpoint: 'http://10.0.0.1:4318' }, { headers: 'a=b' }, { queryUrl: 'http://10.0.0.1' }])
    await expect(probe(event, [{ endpoint: 'http://10.0.0.1:4318' }], deployed)).rejects.toThrow(
      'is not taken from an event',
    );
});

it('refuses a file that it cannot read, a lone client certificate and signals that there are not', async () => {
  await expect(probe({ endpoint: 'http://127.0.0.1:1', ca: '/nowhere.pem' })).rejects.toThrow(
    '--ca /nowhere.pem: cannot be read (ENOENT)',
  );
  await expect(probe({ endpoint: 'http://127.0.0.1:1', clientCert: '/a' })).rejects.toThrow('give both');
  expect(input.safeParse({ signals: 'traces,profiles' }).error?.message).toContain('separated by commas');
});
