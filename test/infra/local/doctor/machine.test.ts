import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkConfiguration } from '#infra/local/doctor/configuration.ts';
import { checkDisk } from '#infra/local/doctor/disk-space.ts';
import { checkNode } from '#infra/local/doctor/node-version.ts';
import { checkNotices } from '#infra/local/doctor/notices.ts';
import { checkStore } from '#infra/local/doctor/store-folder.ts';
import { config as configSchema } from '#shared/domain/config.ts';

const root = mkdtempSync(join(tmpdir(), 'medic-doctor-machine-'));
afterAll(() => rmSync(root, { recursive: true }));

describe('Node', () => {
  it('is well from 24 on', () => {
    expect(checkNode('24.0.0')).toMatchObject({ outcome: 'pass' });
    expect(checkNode('26.1.0')).toMatchObject({ outcome: 'pass' });
  });

  it('is named when it is older, with the way that brings its own', () => {
    expect(checkNode('22.22.1')).toMatchObject({ outcome: 'fail', fix: expect.stringContaining('npx medic') });
  });
});

describe('the store', () => {
  it('may be there, or be made when it is needed; neither makes it', async () => {
    expect(await checkStore(root)).toMatchObject({ outcome: 'pass', detail: `${root} can be written` });
    const later = join(root, 'later', 'deeper');
    expect(await checkStore(later)).toMatchObject({
      outcome: 'pass',
      detail: `${later} will be made when it is needed`,
    });
  });

  it('cannot be where a file stands', async () => {
    const file = join(root, 'file');
    writeFileSync(file, '');
    for (const path of [file, join(file, 'below')]) {
      expect(await checkStore(path)).toMatchObject({ outcome: 'fail', detail: `${file} is a file, not a folder` });
    }
  });

  // root may write everywhere
  it.skipIf(process.getuid?.() === 0)('cannot be where this user may not write', async () => {
    const closed = join(root, 'closed');
    mkdirSync(closed, { mode: 0o555 });
    expect(await checkStore(join(closed, 'store'))).toMatchObject({
      outcome: 'fail',
      detail: `${closed}: this user may not write there`,
      fix: expect.stringContaining('--out'),
    });
  });
});

describe('the disk', () => {
  const free = (bytes: number) => checkDisk(root, async () => bytes);

  it('is asked for what this user may still write', async () => {
    expect((await checkDisk(join(root, 'not', 'there'))).detail).toMatch(/^[\d.]+ [MG]B free/);
  });

  it('fails when one incident may not fit, and warns when few do', async () => {
    expect(await free(5e6)).toMatchObject({ outcome: 'fail', detail: expect.stringMatching(/^5 MB free/) });
    expect(await free(50e6)).toMatchObject({ outcome: 'warn' });
    expect(await free(5e9)).toEqual({ name: 'disk', outcome: 'pass', detail: '5.0 GB free for the store' });
  });
});

describe('notices', () => {
  const secret = 'https://hooks.slack.example/services/T000/B000/sentinel';
  const slack = configSchema.parse({ notify: { slack: { webhookEnv: 'SHOP_WEBHOOK' } } });

  it('to a chat need its variable, whose value is never told', () => {
    const set = checkNotices(slack, { SHOP_WEBHOOK: secret });
    expect(set.outcome).toBe('pass');
    expect(JSON.stringify(set)).not.toContain('sentinel');
    for (const value of [undefined, '']) {
      const unset = checkNotices(slack, { SHOP_WEBHOOK: value });
      expect(unset).toMatchObject({ outcome: 'fail', detail: expect.stringContaining('SHOP_WEBHOOK is not set') });
    }
  });

  it('to something that is no URL are named, without what it is', () => {
    const broken = checkNotices(slack, { SHOP_WEBHOOK: 'sentinel-of-a-token' });
    expect(broken).toMatchObject({ outcome: 'fail', detail: 'SHOP_WEBHOOK is set, but is no URL' });
    expect(JSON.stringify(broken)).not.toContain('sentinel');
  });

  it('without a chat are no fault', () => {
    expect(checkNotices(configSchema.parse({}), {}).outcome).toBe('not-checked');
  });
});

describe('the configuration', () => {
  const folder = (name: string, text: string) => {
    const cwd = join(root, name);
    mkdirSync(cwd);
    writeFileSync(join(cwd, 'medic.config.ts'), text);
    return cwd;
  };

  it('counts its targets', async () => {
    const cwd = folder('valid', `export default { targets: [{ name: 'shop', cluster: { context: 'shop' } }] };`);
    const { check, valid } = await checkConfiguration({ cwd });
    expect({ ...check, valid }).toMatchObject({ outcome: 'pass', detail: expect.stringContaining('1 target '), valid });
    expect(valid).toBe(true);
  });

  it('that cannot be used is a check that failed, and leaves the sandbox', async () => {
    const cwd = folder('broken', 'export default { target: [] };');
    const { check, config, valid } = await checkConfiguration({ cwd });
    expect(check).toMatchObject({ outcome: 'fail', detail: expect.stringContaining('did you mean "targets"') });
    expect(config.targets.map(({ name }) => name)).toEqual(['sandbox']);
    expect(valid).toBe(false);
  });
});
