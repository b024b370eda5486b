import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { input } from '#functions/diagnose-startup/input.ts';
import { makeStep } from '#functions/diagnose-startup/step.ts';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import { ClusterError } from '#shared/ports/cluster.ts';
import { loadSnapshot } from '#shared/snapshot/stored.ts';
import { crashLoop, everWith, podsOf, pullFails } from '#test/support/faults.ts';
import { memoryCluster } from '#test/support/memory-cluster.ts';
import { healthyNamespace } from '#test/support/namespace.ts';
import { portsOn, stepContext } from '#test/support/stepping.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'medic-'));
});
afterEach(() => rm(directory, { recursive: true }));

const secrets = [{ metadata: { name: 'otlp-app-secrets', namespace: 'otlp-system' } }];

async function look({ objects }: Snapshot) {
  const ports = portsOn(directory, async () => memoryCluster({ ...objects, secrets }));
  return { ports, answer: await makeStep(ports)(input.parse({}), stepContext()) };
}

it('says which row of the guide it is, and shows the pods that do not start', async () => {
  const snapshot = healthyNamespace();
  everWith(snapshot, 'otlp-app', (container) => {
    container.envFrom = [{ configMapRef: { name: 'gone' } }];
  });
  crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { exitCode: 101, message: 'called unwrap on None' });
  const { answer } = await look(snapshot);
  expect(answer).toMatchObject({ verdict: 'failed', rootCauses: ['configmap-missing'], action: { class: 'escalate' } });
  const outcomes = Object.fromEntries(answer.questions.map(({ question, outcome }) => [question, outcome]));
  expect(outcomes).toMatchObject({
    configuration: 'found',
    process: 'found',
    resources: 'nothing-found',
    image: 'nothing-found',
  });
  expect(answer.pods).toHaveLength(2);
  expect(answer.pods[0]).toMatchObject({
    workload: 'deployment/otlp-app',
    containers: [{ name: 'app', restarts: 6, exit: { code: 101, reason: 'Error' }, probes: ['liveness', 'readiness'] }],
    events: [{ reason: 'BackOff' }],
  });
  expect(answer.pods[0]?.containers[0]?.state).toMatch(/^waiting: CrashLoopBackOff: back-off/);
});

it('has no pod and no cause for a target that is up, and keeps what it saw', async () => {
  const { answer, ports } = await look(healthyNamespace());
  expect(answer).toMatchObject({ verdict: 'healthy', rootCauses: [], pods: [] });
  expect(answer.questions.map(({ outcome }) => outcome)).not.toContain('found');
  expect((await loadSnapshot(ports.store, answer.snapshotKey)).snapshot.target).toBe('shop');
});

it('says that a row was not checked where what it takes could not be read', async () => {
  const snapshot = healthyNamespace();
  pullFails(snapshot, podsOf(snapshot, 'otlp-app'), 'not found');
  const cluster = memoryCluster({ ...snapshot.objects, secrets });
  const list: typeof cluster.list = (resource, ...rest) =>
    resource.plural === 'nodes'
      ? Promise.reject(new ClusterError('forbidden', 'nodes is forbidden'))
      : cluster.list(resource, ...rest);
  const ports = portsOn(directory, async () => ({ ...cluster, list }));
  const answer = await makeStep(ports)(input.parse({}), stepContext());
  expect(answer.rootCauses).toEqual(['image-not-found']);
  expect(answer.questions.find(({ question }) => question === 'resources')).toMatchObject({
    outcome: 'not-checked',
    why: expect.stringContaining('nodes'),
  });
});
