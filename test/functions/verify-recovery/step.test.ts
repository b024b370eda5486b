import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { input } from '#functions/verify-recovery/input.ts';
import { makeStep } from '#functions/verify-recovery/step.ts';
import type { Target } from '#shared/domain/target.ts';
import { serve } from '#test/support/http-server.ts';
import { memoryCluster } from '#test/support/memory-cluster.ts';
import { healthyNamespace } from '#test/support/namespace.ts';
import { takes } from '#test/support/otlp-server.ts';
import { portsOn, stepContext } from '#test/support/stepping.ts';

it('keeps to the function’s time when the API server hangs: no answer is a judgement, not a failed step', async () => {
  const cluster = memoryCluster(healthyNamespace().objects);
  cluster.faults.set('*', 'hangs');
  const ports = portsOn(mkdtempSync(join(tmpdir(), 'medic-verify-')), async () => cluster);
  const context = { ...stepContext(), remainingMs: () => 400 };
  expect(await makeStep(ports)(input.parse({}), context)).toMatchObject({
    outcome: 'not-recovered',
    reason: expect.stringMatching(/no answer within 80 ms/),
    checks: expect.arrayContaining([expect.objectContaining({ name: 'cluster', outcome: 'not-checked' })]),
  });
});

const secrets = [{ metadata: { name: 'otlp-app-secrets', namespace: 'otlp-system' } }];
const verified = (otlp: object[]) => {
  const cluster = memoryCluster({ ...healthyNamespace().objects, secrets });
  const targets = [{ name: 'shop', cluster: 'sandbox' as const, otlp } as Partial<Target>];
  const ports = portsOn(mkdtempSync(join(tmpdir(), 'medic-verify-')), async () => cluster, { targets });
  return makeStep(ports)(input.parse({}), stepContext());
};
const canaryOf = ({ checks }: Awaited<ReturnType<typeof verified>>) => checks.find(({ name }) => name === 'canary');

it('has recovered only when a canary passes too, where the target has an OTLP endpoint', async () => {
  await using good = await serve(takes);
  const protocol = 'http/json';
  const recovered = await verified([{ endpoint: good.url, protocol }]);
  expect(recovered).toMatchObject({ outcome: 'recovered' });
  expect(canaryOf(recovered)).toMatchObject({ outcome: 'pass', detail: expect.stringContaining('otlp-healthy') });

  await using bad = await serve((_, response) => void response.writeHead(401).end());
  const not = await verified([good, bad].map(({ url }) => ({ endpoint: url, protocol })));
  expect(not).toMatchObject({ outcome: 'not-recovered', reason: expect.stringContaining('canary: unauthenticated') });
});

it('does not take for a failure what it cannot send: no endpoint, no credentials', async () => {
  const cases: [object[], RegExp][] = [
    [[], /names no OTLP endpoint/],
    [[{ endpoint: 'http://127.0.0.1:1', caFile: '/nowhere.pem' }], /cannot be read/],
  ];
  for (const [otlp, why] of cases) {
    const result = await verified(otlp);
    expect(result).toMatchObject({ outcome: 'recovered' });
    expect(canaryOf(result)).toMatchObject({ outcome: 'not-checked', detail: expect.stringMatching(why) });
  }
});
