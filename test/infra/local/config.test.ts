import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadConfig, readConfig, storeFolder } from '#infra/local/config.ts';

const root = mkdtempSync(join(tmpdir(), 'medic-config-'));
afterAll(() => rmSync(root, { recursive: true }));

/** A folder with that medic.config.ts, and perhaps a folder below it. */
function checkout(name: string, source: string): string {
  const folder = join(root, name);
  mkdirSync(join(folder, 'below', 'it'), { recursive: true });
  writeFileSync(join(folder, 'medic.config.ts'), source);
  return folder;
}
const failure = (loading: Promise<unknown>) =>
  loading.then(
    () => 'loaded',
    (error: Error) => `${error.name}: ${error.message}`,
  );
const a = { name: 'a', cluster: { context: 'staging' } };

describe('readConfig', () => {
  it('fills in the names of the guide and adds the sandbox', () => {
    const { targets } = readConfig({ targets: [a] }, 'medic.config.ts');
    expect(targets.map((target) => target.name)).toEqual(['a', 'sandbox']);
    expect(targets[0]).toMatchObject({ namespace: 'otlp-system', workloads: ['deployment/otlp-app'] });
  });

  it.each([
    [
      'an unknown setting, and the nearest right one',
      { targets: [{ ...a, namspace: 'x' }] },
      'medic.config.ts: targets[0].namspace is not a setting: did you mean "namespace"?',
    ],
    [
      'a wrong type, and what is wanted',
      { targets: [{ ...a, latencyLimitMs: '5' }] },
      'medic.config.ts: targets[0].latencyLimitMs: expected number, received string',
    ],
    [
      'a name that two targets have',
      { targets: [a, { ...a, cluster: 'sandbox' }] },
      'medic.config.ts: targets[1].name: "a" is the name of targets[0] already',
    ],
    [
      'a cluster that takes the name of the sandbox',
      { targets: [{ ...a, name: 'sandbox' }] },
      'medic.config.ts: targets[0].name: "sandbox" is kept for the embedded sandbox: choose another name',
    ],
    [
      'an end of silence that is no date',
      { ignore: [{ code: 'oom-killed', until: 'soon', reason: 'known' }] },
      'medic.config.ts: ignore[0].until: write the last day as YYYY-MM-DD',
    ],
    [
      'a finding to ignore that there is not, and the nearest that there is',
      { ignore: [{ code: 'container-oom-kill', until: '2026-12-31', reason: 'known' }] },
      'medic.config.ts: ignore[0].code: no finding has the code "container-oom-kill": did you mean "container-oom-killed"?',
    ],
    [
      'a finding to ignore that is like none that there is',
      { ignore: [{ code: 'the-moon-is-full', until: '2026-12-31', reason: 'known' }] },
      'medic.config.ts: ignore[0].code: no finding has the code "the-moon-is-full": docs/faults lists them all',
    ],
  ])('refuses %s', (_, written, message) => {
    expect(() => readConfig(written, 'medic.config.ts')).toThrow(message);
  });
});

describe('loadConfig', () => {
  it('finds the file in a folder above', async () => {
    const folder = checkout('above', 'export default { targets: [{ name: "here", cluster: { context: "c" } }] };');
    const { targets } = await loadConfig({ cwd: join(folder, 'below', 'it') });
    expect(targets[0]?.name).toBe('here');
  });

  it('does not look above the root of the checkout', async () => {
    const folder = checkout('outside', 'export default { targets: [{ name: "outside", cluster: { context: "c" } }] };');
    mkdirSync(join(folder, 'below', '.git'));
    const { targets } = await loadConfig({ cwd: join(folder, 'below', 'it') });
    expect(targets.map((target) => target.name)).toEqual(['sandbox']);
  });

  it('takes the files that it names from its own folder', async () => {
    const folder = checkout(
      'files',
      'export default { targets: [{ name: "f", cluster: { kubeconfig: "kube/config", caFile: "/etc/ca.pem" } }] };',
    );
    const { targets } = await loadConfig({ cwd: join(folder, 'below') });
    expect(targets[0]?.cluster).toEqual({ kubeconfig: join(folder, 'kube/config'), caFile: '/etc/ca.pem' });
    const otlp = 'otlp: [{ endpoint: "https://a.example", caFile: "ca.pem" }, { endpoint: "https://b.example" }]';
    const other = checkout('otlp-files', `export default { targets: [{ name: "f", cluster: "sandbox", ${otlp} }] };`);
    const [found] = (await loadConfig({ cwd: join(other, 'below') })).targets;
    expect(found?.otlp.map(({ caFile }) => caFile)).toEqual([join(other, 'ca.pem'), undefined]);
  });

  it('says which line does not parse, throws or imports what is not there', async () => {
    const throwing = checkout('throwing', 'const nothing: any = undefined;\n\nexport default { a: nothing.b };\n');
    expect(await failure(loadConfig({ cwd: throwing }))).toMatch(
      /^ConfigError: medic\.config\.ts:3: Cannot read properties of undefined/,
    );
    const absent = checkout('absent', 'import x from "./not-there.ts";\nexport default x;\n');
    expect(await failure(loadConfig({ cwd: absent }))).toMatch(/^ConfigError: medic\.config\.ts(:1)?: .*not-there/);
  });

  it('says what is missing when there is no default export, or no such file', async () => {
    const named = checkout('named', 'export const config = {};');
    expect(await failure(loadConfig({ cwd: named }))).toMatch(/^ConfigError: medic\.config\.ts: has no default export/);
    expect(await failure(loadConfig({ cwd: named, file: 'other.ts' }))).toBe(
      'ConfigError: --config other.ts: there is no such file',
    );
  });
});

describe('storeFolder', () => {
  it('is beside the configuration, from each folder below; without one it is here', () => {
    const folder = checkout('store', 'export default {};');
    expect(storeFolder(join(folder, 'below', 'it'))).toBe(join(folder, '.medic'));
    expect(storeFolder(root)).toBe(join(root, '.medic'));
  });
});
