import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { input } from '#functions/verify-recovery/input.ts';
import { makeStep } from '#functions/verify-recovery/step.ts';
import { memoryCluster } from '#test/support/memory-cluster.ts';
import { healthyNamespace } from '#test/support/namespace.ts';
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
