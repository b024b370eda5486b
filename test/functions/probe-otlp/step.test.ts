import { expect, it } from 'vitest';
import { input } from '#functions/probe-otlp/input.ts';
import { makeStep } from '#functions/probe-otlp/step.ts';
import { config } from '#shared/domain/config.ts';
import { probeResult } from '#shared/domain/probe-result.ts';
import { serve } from '#test/support/http-server.ts';
import { takes } from '#test/support/otlp-server.ts';
import { proberWith, testProber } from '#test/support/probing.ts';
import { stepContext } from '#test/support/stepping.ts';

const probe = (event: unknown, otlp: object[] = [], prober = testProber) =>
  makeStep({ config: config.parse({ targets: [{ name: 'shop', cluster: 'sandbox', otlp }] }), prober })(
    input.parse(event),
    stepContext(),
  );

it('walks the ladder to a free endpoint, with the headers and signals of the event', async () => {
  await using server = await serve(takes);
  const result = await probe({ endpoint: server.url, headers: 'authorization=Bearer%20a%3D', signals: 'logs' });
  expect(probeResult.parse(result).verdict).toMatchObject({ code: 'otlp-healthy', rung: 'accept' });
  expect(server.requests.map(({ path }) => path)).toEqual(['/v1/logs', '/v1/logs']);
  expect(server.requests[0]?.headers.authorization).toBe('Bearer a=');
});

it('answers with the worst of the endpoints of a target', async () => {
  await using good = await serve(takes);
  await using bad = await serve((_, response) => void response.writeHead(401).end());
  const otlp = [good, bad].map(({ url }) => ({ endpoint: url, protocol: 'http/json' }));
  expect(await probe({}, otlp)).toMatchObject({ endpoint: bad.url, verdict: { code: 'unauthenticated' } });
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
