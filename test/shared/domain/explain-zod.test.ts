import { describe, expect, it } from 'vitest';
import type * as z from 'zod';
import { config } from '#shared/domain/config.ts';
import { explainZod } from '#shared/domain/explain-zod.ts';

const explained = (written: unknown, schema: z.ZodType = config) => {
  const { error } = schema.safeParse(written);
  if (!error) throw new Error('the value was expected to be refused');
  return explainZod(error, { schema, noun: 'setting' });
};
const target = (more: Record<string, unknown>) => ({ targets: [{ name: 'a', cluster: 'sandbox', ...more }] });

describe('explainZod', () => {
  it('names an unknown key with its path and the nearest right one', () => {
    expect(explained(target({ namspace: 'x' }))).toBe(
      'targets[0].namspace is not a setting: did you mean "namespace"?',
    );
  });

  it('lists the known keys when none is near', () => {
    expect(explained({ zzzzzzzz: 1 })).toBe(
      'zzzzzzzz is not a setting: known here are targets, notify, policy, schedules, vpc, ignore',
    );
  });

  it('says what is wanted for a wrong type and for a missing value', () => {
    expect(explained(target({ latencyLimitMs: '5' }))).toBe(
      'targets[0].latencyLimitMs: expected number, received string',
    );
    expect(explained({ targets: [{ cluster: 'sandbox' }] })).toBe('targets[0].name: missing, expected string');
  });

  it('says a bound in words', () => {
    const endpoint = { endpoint: 'http://a:4318', signals: [], receipt: { selector: '' } };
    expect(explained(target({ otlp: [endpoint], latencyLimitMs: 0 }))).toBe(
      'targets[0].otlp[0].signals: must not be empty; targets[0].otlp[0].receipt.selector: must not be empty; targets[0].latencyLimitMs: must be more than 0',
    );
  });

  it('blames only the key that no branch of a union knows', () => {
    expect(explained(target({ cluster: { eks: 'a', regoin: 'b' } }))).toBe(
      'targets[0].cluster.regoin is not a setting: did you mean "region"?',
    );
  });

  it('says so when each key is right but they exclude each other', () => {
    expect(explained(target({ cluster: { eks: 'a', kubeconfig: 'b' } }))).toContain(
      'does not go with the other keys beside it',
    );
  });

  it('uses the words of the union where no branch fits', () => {
    expect(explained(target({ cluster: 7 }))).toContain(
      "targets[0].cluster: write 'sandbox', { eks, region } or { kubeconfig, context }",
    );
  });

  it('stays one line however much is wrong', () => {
    const line = explained(Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`wrong${i}\nx`, i])));
    expect(line).toMatch(/; and 5 more$/);
    expect(line.split('\n')).toHaveLength(1);
  });
});
