import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startSandbox } from '#infra/local/sandbox/sandbox.ts';
import { report as reportSchema } from '#shared/report/model.ts';
import { medic } from '#test/support/medic.ts';

const root = mkdtempSync(join(tmpdir(), 'medic-respond-'));
afterAll(() => rmSync(root, { recursive: true }));

const SCENARIOS = [
  { scenario: 'healthy', outcome: 'nothing-to-do', cause: undefined, code: 0, restarts: 0 },
  { scenario: 'stuck-process', outcome: 'recovered', cause: 'readiness-probe-failing', code: 0, restarts: 1 },
  { scenario: 'bad-configmap-in-place', outcome: 'escalated', cause: 'config-toml-invalid', code: 1, restarts: 0 },
  {
    scenario: 'collector-config-broken',
    outcome: 'escalated',
    cause: 'collector-config-invalid',
    code: 1,
    restarts: 0,
  },
];

/** A kubeconfig for a cluster without credentials. */
function kubeconfigFor(server: string): string {
  const file = join(root, `kubeconfig-${new URL(server).port}`);
  const config = {
    'current-context': 'here',
    clusters: [{ name: 'here', cluster: { server } }],
    contexts: [{ name: 'here', context: { cluster: 'here', user: 'nobody' } }],
    users: [{ name: 'nobody', user: {} }],
  };
  writeFileSync(file, JSON.stringify(config));
  return file;
}

describe('medic respond on the sandbox', { timeout: 120_000 }, () => {
  it.concurrent.each(SCENARIOS)('ends $outcome for $scenario and writes the report', async (expected) => {
    const cwd = mkdtempSync(join(root, 'run-'));
    const { code, stdout, stderr } = await medic(['respond', '--scenario', expected.scenario], { cwd });
    expect(code, stderr).toBe(expected.code);

    const [html = '', json = ''] = stdout.match(/\/\S+report\.(html|json)/g) ?? [];
    expect(readFileSync(html, 'utf8')).toMatch(/^<!doctype html>/i);
    const report = reportSchema.parse(JSON.parse(readFileSync(json, 'utf8')));
    expect(report.outcome).toBe(expected.outcome);
    expect(report.diagnosis?.rootCauses[0]?.code).toBe(expected.cause);
    expect(report.incident?.actions.filter(({ outcome }) => outcome.result === 'done')).toHaveLength(expected.restarts);
    expect(json.startsWith(join(cwd, '.medic', 'incidents'))).toBe(true);
  });

  it.concurrent('tells each step on stderr while stdout holds the report alone, as one JSON object', async () => {
    const cwd = mkdtempSync(join(root, 'json-'));
    const { code, stdout, stderr } = await medic(['respond', '--scenario', 'bad-image', '--format', 'json'], { cwd });
    const report = reportSchema.parse(JSON.parse(stdout));
    expect(report.diagnosis?.rootCauses.map((root) => root.code)).toEqual(['image-not-found']);
    expect({ code, outcome: report.outcome }).toEqual({ code: 1, outcome: 'escalated' });
    const told = ['Sandbox is up', 'is open', 'Evidence is saved', 'Diagnosis: ', 'Escalated', 'Outcome: escalated'];
    expect(stderr).toMatch(new RegExp(told.join('[\\s\\S]*')));
    expect(stderr).toContain('report.html');
    expect(`${stdout}${stderr}`).not.toContain('\u001b');
  });
});

describe('medic respond on a cluster of a kubeconfig', { timeout: 120_000 }, () => {
  it('only plans without --act, and restarts with it', async () => {
    await using sandbox = await startSandbox({ scenario: 'stuck-process' });
    const generation = () =>
      sandbox.cluster.store.get('deployments', { namespace: 'otlp-system', name: 'otlp-app' })?.metadata.generation;
    const before = generation();
    const where = ['--kubeconfig', kubeconfigFor(sandbox.url), '--wait-scale', '0.05', '--out', join(root, 'adhoc')];
    const config = join(root, 'quick.config.ts');
    writeFileSync(config, 'export default { policy: { settleSeconds: 1, cooldownMinutes: 0 } };');

    const planned = await medic(['respond', ...where, '--config', config], { cwd: root });
    expect(planned.stdout).toMatch(/planned only, nothing written/);
    expect(planned.stderr).not.toContain('sent to');
    expect({ code: planned.code, generation: generation() }).toEqual({ code: 1, generation: before });

    const acted = await medic(['respond', ...where, '--config', config, '--act'], { cwd: root });
    expect(acted.stdout, acted.stderr).toMatch(/^RECOVERED/);
    expect({ code: acted.code, generation: generation() }).toEqual({ code: 0, generation: (before ?? 0) + 1 });
  });

  it('does not act where the policy says diagnose-only', async () => {
    await using sandbox = await startSandbox({ scenario: 'stuck-process' });
    const config = join(root, 'careful.config.ts');
    writeFileSync(config, 'export default { policy: { response: "diagnose-only" } };');
    const where = ['--kubeconfig', kubeconfigFor(sandbox.url), '--config', config, '--out', join(root, 'careful')];
    const { code, stdout } = await medic(['respond', ...where, '--act'], { cwd: root });
    expect(stdout).toMatch(/^REFUSED[\s\S]*diagnose-only/);
    expect(code).toBe(1);
  });

  it('says in one line that nothing answers there, and still writes the report', async () => {
    const where = ['--kubeconfig', kubeconfigFor('http://127.0.0.1:1'), '--out', join(root, 'dead')];
    const { code, stdout, stderr } = await medic(['respond', ...where, '--act'], { cwd: root });
    expect(code).toBe(2);
    expect(stdout).toMatch(/^COULD NOT WORK/);
    expect(stderr.split('\n').filter((line) => line.startsWith('medic: '))).toEqual([
      expect.stringMatching(/127\.0\.0\.1:1 refused the connection/),
    ]);
    const [html = ''] = stdout.match(/\/\S+report\.html/) ?? [];
    expect(existsSync(html)).toBe(true);
    expect(readdirSync(join(root, 'dead', 'open'))).toEqual([]);
  });
});
