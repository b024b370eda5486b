import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Check } from '#infra/local/doctor/check.ts';
import { medic } from '#test/support/medic.ts';

const root = mkdtempSync(join(tmpdir(), 'medic-doctor-'));
afterAll(() => rmSync(root, { recursive: true }));

function folder(name: string, config: object): string {
  const cwd = join(root, name);
  mkdirSync(cwd);
  writeFileSync(join(cwd, 'medic.config.ts'), `export default ${JSON.stringify(config)};`);
  return cwd;
}

const checksIn = (stdout: string) => (JSON.parse(stdout) as { checks: Check[] }).checks;
const outcomes = (stdout: string) => Object.fromEntries(checksIn(stdout).map(({ name, outcome }) => [name, outcome]));

describe('medic doctor', { timeout: 60_000 }, () => {
  it('looks at this machine and the sandbox, finds all well and writes nothing', async () => {
    const cwd = folder('plain', {});
    const { code, stdout, stderr } = await medic(['doctor', '--format', 'json'], { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(Object.keys(JSON.parse(stdout))).toEqual(['checks']);
    expect(outcomes(stdout)).toMatchObject({
      node: 'pass',
      config: 'pass',
      store: 'pass',
      cluster: 'pass',
      clock: 'pass',
    });
    expect(existsSync(join(cwd, '.medic'))).toBe(false);
  });

  it('tells each finding on a line, and what to do below it', async () => {
    const cwd = folder('notices', {
      notify: { slack: {} },
      targets: [{ name: 'shop', cluster: { context: 'shop' } }],
    });
    const { code, stdout } = await medic(['doctor'], { cwd });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^ {2}✔ node +v24\./m);
    expect(stdout).toMatch(/^ {2}✖ notices +.*SLACK_WEBHOOK_URL is not set\n {6}fix: /m);
    expect(stdout).toMatch(/^ {2}- target: shop +ask for it: medic doctor --target shop$/m);
    expect(stdout).toMatch(/\d+ well, 0 to be improved, 1 missing, \d+ not checked\n$/);
  });

  it('never shows the webhook', async () => {
    const env = { SLACK_WEBHOOK_URL: 'https://hooks.slack.example/sentinel-7f3a' };
    const ran = await medic(['doctor', '--format', 'markdown'], { cwd: join(root, 'notices'), env });
    expect(ran.code, ran.stdout).toBe(0);
    expect(ran.stdout).toMatch(/^- ✔ \*\*notices\*\*: .*is set/m);
    expect(`${ran.stdout}${ran.stderr}`).not.toContain('sentinel');
  });

  it('goes on where the configuration cannot be used', async () => {
    const cwd = folder('broken', { target: [] });
    const sandbox = await medic(['doctor', '--format', 'json'], { cwd });
    expect({ code: sandbox.code, ...outcomes(sandbox.stdout) }).toMatchObject({
      code: 1,
      config: 'fail',
      notices: 'not-checked',
      cluster: 'pass',
    });
    const shop = await medic(['doctor', '--target', 'shop', '--format', 'json'], { cwd });
    expect({ code: shop.code, ...outcomes(shop.stdout) }).toMatchObject({
      code: 2,
      config: 'fail',
      cluster: 'not-checked',
    });
  });

  it('has exit code 2 for a cluster that it cannot examine, and for a target that there is not', async () => {
    const kubeconfig = join(root, 'dead.kubeconfig');
    const server = 'https://127.0.0.1:9';
    const config = {
      clusters: [{ name: 'dead', cluster: { server } }],
      users: [{ name: 'me', user: { token: 'sentinel-token' } }],
      contexts: [{ name: 'dead', context: { cluster: 'dead', user: 'me' } }],
      'current-context': 'dead',
    };
    writeFileSync(kubeconfig, JSON.stringify(config));
    const dead = await medic(['doctor', '--kubeconfig', kubeconfig, '--format', 'json'], { cwd: root });
    expect(dead.code).toBe(2);
    expect(checksIn(dead.stdout).find(({ name }) => name === 'cluster')).toMatchObject({
      outcome: 'fail',
      detail: expect.stringMatching(/^connect: .*127\.0\.0\.1:9 refused/),
    });
    expect(`${dead.stdout}${dead.stderr}`).not.toContain('sentinel');
    const nobody = await medic(['doctor', '--target', 'sandbx'], { cwd: root });
    expect(nobody).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('did you mean "sandbox"') });
  });
});
