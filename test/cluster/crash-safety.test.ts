import { spawn } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { CLI, medic } from '#test/support/medic.ts';
import { guideNamespace } from './guide-namespace.ts';
import { bed, putSituation } from './situation.ts';

const client = bed();
const out = mkdtempSync(join(tmpdir(), 'otlp-medic-crash-'));
const namespaces: string[] = [];

afterAll(async () => {
  rmSync(out, { recursive: true, force: true });
  await client.kubectl('delete', 'namespace', '--wait=false', ...namespaces);
});

/** A namespace whose app hangs, and a target for it. */
async function stuck(namespace: string) {
  namespaces.push(namespace);
  await putSituation(client, {
    namespace,
    objects: Object.values(guideNamespace(namespace)),
    available: ['otlp-app', 'otel-collector'],
    symptoms: [
      {
        pods: 'app=otlp-app',
        container: { state: { running: { startedAt: '2026-01-01T00:00:00Z' } } },
        events: [{ reason: 'Unhealthy', message: 'Readiness probe failed: context deadline exceeded', count: 30 }],
      },
    ],
  });
  const config = join(out, `${namespace}.config.ts`);
  const cluster = { kubeconfig: process.env.MEDIC_TEST_KUBECONFIG };
  const written = {
    targets: [{ name: namespace, namespace, cluster }],
    policy: { settleSeconds: 1, recoveryLimitSeconds: 60 },
  };
  writeFileSync(config, `export default ${JSON.stringify(written)};`);
  const store = join(out, namespace);
  return {
    namespace,
    store,
    args: [
      'respond',
      '--act',
      '--target',
      namespace,
      '--config',
      config,
      '--out',
      store,
      '--wait-scale',
      '0.02',
      '--format',
      'json',
    ],
  };
}

/** Ends the process without a word as soon as it says that it has come so far. */
const killedAt = (args: string[], progress: RegExp) =>
  new Promise<boolean>((resolve) => {
    const child = spawn(process.execPath, [CLI, ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, NO_COLOR: '1' },
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (progress.test(said)) child.kill('SIGKILL');
    });
    child.once('exit', (_, signal) => resolve(signal === 'SIGKILL'));
  });

const revisions = async (namespace: string) => {
  const history = await client.kubectl('-n', namespace, 'rollout', 'history', 'deployment/otlp-app');
  return history.split('\n').filter((line) => /^\d+ /.test(line)).length;
};
const stored = (store: string, pattern: string) =>
  globSync(pattern, { cwd: store }).map((file) => readFileSync(join(store, file), 'utf8'));

describe('a response whose process is killed on the real control plane', () => {
  const STEPS: [when: string, progress: RegExp][] = [
    ['opens', /is open/],
    ['notifies', /Notice "opened" sent/],
    ['keeps the evidence', /Evidence is saved/],
    ['has diagnosed', /Diagnosis:/],
    ['begins to restart', /Restarting the rollout/],
    ['has restarted', /Restart done/],
    ['waits', /Waiting/],
    ['verifies', /Checking whether it helped/],
    ['writes the report', /Writing the report/],
  ];

  it.for(STEPS.map(([when, progress], i) => ({ when, progress, namespace: `crash-${i + 1}` })))(
    'while it $when goes on where it stood: one incident, one restart, no notice twice',
    async ({ namespace, progress }) => {
      const { store, args } = await stuck(namespace);
      expect(await killedAt(args, progress)).toBe(true);
      const again = await medic(args);
      expect(again.code, again.stderr).toBe(0);
      expect(JSON.parse(again.stdout).outcome).toBe('recovered');
      expect(await revisions(namespace)).toBe(2);
      expect(stored(store, 'incidents/*/*/*/incident.json')).toHaveLength(1);
      expect(stored(store, 'incidents/*/*/*/notices/*.json')).toHaveLength(2);
      const sent = stored(store, 'incidents/*/*/*/timeline/*.json').filter(
        (text) => JSON.parse(text).kind === 'notice',
      );
      expect(sent.length).toBeLessThanOrEqual(3);
    },
  );
});

describe('ten responses at once on the real control plane', () => {
  it('are one incident and one restart', async () => {
    const { namespace, store, args } = await stuck('ten-at-once');
    const ran = await Promise.all(Array.from({ length: 10 }, () => medic(args)));
    expect(ran.map(({ code, stderr }) => (code === 0 ? 0 : stderr))).toEqual(Array(10).fill(0));
    expect(await revisions(namespace)).toBe(2);
    expect(stored(store, 'incidents/*/*/*/incident.json')).toHaveLength(1);
    expect(stored(store, 'incidents/*/*/*/notices/*.json')).toHaveLength(2);
  });
});
