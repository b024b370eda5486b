import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replayTarget, whereTo } from '#infra/local/cli/where.ts';
import { readConfig } from '#infra/local/config.ts';

const cwd = mkdtempSync(join(tmpdir(), 'medic-where-'));
beforeAll(() => {
  writeFileSync(join(cwd, 'kubeconfig'), '{}');
  writeFileSync(
    join(cwd, 'medic.config.ts'),
    `export default { targets: [
      { name: 'shop', cluster: { eks: 'production', region: 'eu-central-1' }, namespace: 'shop', workloads: ['deployment/shop'] },
    ] };`,
  );
});
afterAll(() => rmSync(cwd, { recursive: true }));

describe('whereTo', () => {
  it('takes the first target, or the one that is named', async () => {
    expect((await whereTo({}, cwd)).target.name).toBe('shop');
    expect((await whereTo({ target: 'sandbox' }, cwd)).target.cluster).toBe('sandbox');
  });

  it('takes a scenario to mean the sandbox', async () => {
    expect((await whereTo({ scenario: 'bad-image' }, cwd)).target.name).toBe('sandbox');
    await expect(whereTo({ target: 'shop', scenario: 'bad-image' }, cwd)).rejects.toThrow('"shop" is another cluster');
  });

  it('looks at every workload of the namespace of a kubeconfig without a target', async () => {
    const { target, config } = await whereTo({ kubeconfig: 'kubeconfig', namespace: 'other' }, cwd);
    expect(target).toMatchObject({
      cluster: { kubeconfig: join(cwd, 'kubeconfig') },
      namespace: 'other',
      workloads: 'all',
    });
    expect(config.targets[0]).toBe(target);
  });

  it('names it the same each time, and apart for another context or namespace', async () => {
    const name = async (flags: object) => (await whereTo({ kubeconfig: 'kubeconfig', ...flags }, cwd)).target.name;
    const names = [await name({}), await name({ context: 'Admin@prod' }), await name({ namespace: 'other' })];
    expect(new Set(names).size).toBe(3);
    expect(await name({ context: 'Admin@prod' })).toBe('admin-prod-otlp-system');
    for (const each of names) expect(each).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
  });

  it('keeps a target as configured but for what the flags replace', async () => {
    const { target } = await whereTo(
      { target: 'shop', kubeconfig: 'kubeconfig', context: 'here', namespace: 'test' },
      cwd,
    );
    expect(target).toMatchObject({
      name: 'shop',
      cluster: { kubeconfig: join(cwd, 'kubeconfig'), context: 'here' },
      namespace: 'test',
      workloads: ['deployment/shop'],
    });
  });
});

describe('replayTarget', () => {
  const config = readConfig({ targets: [{ name: 'shop', cluster: { context: 'c' } }] }, 'medic.config.ts');

  it('is the configured target that the look was taken of', () => {
    expect(replayTarget({}, config, { target: 'shop', namespace: 'x' }).workloads).toEqual(['deployment/otlp-app']);
  });

  it('is everything in the namespace of the look when no target is known', () => {
    expect(replayTarget({}, config, { namespace: 'x' })).toMatchObject({ namespace: 'x', workloads: 'all' });
    expect(replayTarget({ namespace: 'y' }, config, { namespace: 'x' }).namespace).toBe('y');
  });
});
