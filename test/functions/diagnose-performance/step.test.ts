import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { input } from '#functions/diagnose-performance/input.ts';
import { makeStep } from '#functions/diagnose-performance/step.ts';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import type { Target } from '#shared/domain/target.ts';
import { saveSnapshot } from '#shared/snapshot/stored.ts';
import { addLog, containerOf, podsOf } from '#test/support/faults.ts';
import { serve } from '#test/support/http-server.ts';
import { memoryCluster } from '#test/support/memory-cluster.ts';
import { healthyNamespace, NAMESPACE, NOW } from '#test/support/namespace.ts';
import { takes } from '#test/support/otlp-server.ts';
import { portsOn, stepContext } from '#test/support/stepping.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'medic-'));
});
afterEach(() => rm(directory, { recursive: true }));

const secrets = [{ metadata: { name: 'otlp-app-secrets', namespace: 'otlp-system' } }];

function run(snapshot: Snapshot, { otlp = [], forbidden }: { otlp?: object[]; forbidden?: string } = {}) {
  const targets = [{ name: 'shop', cluster: 'sandbox' as const, otlp, latencyLimitMs: 100 } as Partial<Target>];
  const open = async () => {
    const cluster = memoryCluster({ ...snapshot.objects, secrets });
    if (forbidden) cluster.faults.set(forbidden, 'forbidden');
    return cluster;
  };
  return makeStep(portsOn(directory, open, { targets }))(input.parse({}), stepContext());
}

function measured(snapshot: Snapshot, name: string, cpu: string, memory: string): Snapshot {
  for (const { metadata, spec } of podsOf(snapshot, name))
    snapshot.objects.podmetrics.push({
      metadata: { name: metadata.name, namespace: NAMESPACE },
      timestamp: NOW,
      containers: (spec?.containers ?? []).map((container) => ({ name: container.name, usage: { cpu, memory } })),
    });
  return snapshot;
}

it('shows what the containers use beside what they may, nearest to a limit first', async () => {
  const snapshot = healthyNamespace();
  measured(snapshot, 'otel-collector', '20m', '128Mi');
  measured(snapshot, 'otlp-app', '90m', '250Mi');
  const answer = await run(snapshot);
  expect(answer.usage).toHaveLength(4);
  expect(answer.usage[0]).toEqual({
    pod: 'otlp-app-7d4f9c2-aaaaa',
    container: 'app',
    at: NOW,
    cpu: { used: '90m', request: '100m' },
    memory: { used: '250Mi', request: '128Mi', limit: '256Mi', ofLimit: 98 },
    restarts: 0,
  });
  const memory = answer.questions.find(({ question }) => question === 'memory');
  expect(memory).toMatchObject({ outcome: 'found', findings: [{ code: 'memory-near-limit' }] });
  // One sample near the limit is advice: nothing fails.
  expect(answer).toMatchObject({ verdict: 'healthy', rootCauses: [] });
});

it('does not take a metrics API that it may not read for one that shows nothing', async () => {
  const answer = await run(healthyNamespace(), { forbidden: 'podmetrics' });
  expect(answer.usage).toEqual([]);
  expect(answer.questions.find(({ question }) => question === 'cpu')).toMatchObject({ outcome: 'not-checked' });
});

it('times a canary: an answer over the latency limit of the target is a finding of its own', async () => {
  await using slow = await serve((request, response) => void sleep(150).then(() => takes(request, response)));
  const answer = await run(healthyNamespace(), { otlp: [{ endpoint: slow.url, protocol: 'http/json' }] });
  expect(answer.probes).toMatchObject([{ outcome: 'degraded' }]);
  expect(answer.probes[0]?.acceptedInMs).toBeGreaterThanOrEqual(150);
  expect(answer).toMatchObject({ verdict: 'degraded', rootCauses: [answer.probes[0]?.code] });
});

it('lists the slow operations that the logs tell of, slowest first', async () => {
  const snapshot = healthyNamespace();
  const [pod] = podsOf(snapshot, 'otlp-app');
  if (!pod) throw new Error('there is no pod');
  const at = '2026-11-20T09:59:00.000000Z';
  const text = [
    'INFO otlp_app: request served duration=12ms',
    'WARN otlp_app: query finished duration=4200ms',
    'WARN otlp_app: flush finished duration=1.5s',
  ];
  addLog(snapshot, pod, text.map((line) => `${at}  ${line}`).join('\n'));
  const ports = portsOn(directory, () => Promise.reject(new Error('the cluster must not be asked')));
  const { key } = await saveSnapshot(ports.store, 'snapshots/shop/one.json.gz', snapshot);
  const answer = await makeStep(ports)(input.parse({ snapshotKey: key }), stepContext());
  expect(answer.slow.map(({ durationMs, line }) => [durationMs, line.slice(at.length + 7)])).toEqual([
    [4200, 'otlp_app: query finished duration=4200ms'],
    [1500, 'otlp_app: flush finished duration=1.5s'],
  ]);
  expect(answer.slow[0]).toMatchObject({ pod: pod.metadata.name, container: 'app' });
});

it('shows the autoscalers of the namespace, and says which steps of the guide it does not take', async () => {
  const snapshot = healthyNamespace();
  containerOf(snapshot, 'otlp-app').resources = { requests: { cpu: '100m' } };
  snapshot.objects.horizontalpodautoscalers.push({
    metadata: { name: 'otlp-app', namespace: NAMESPACE },
    spec: { scaleTargetRef: { kind: 'Deployment', name: 'otlp-app' }, minReplicas: 2, maxReplicas: 4 },
    status: { currentReplicas: 2, desiredReplicas: 2 },
  });
  const answer = await run(snapshot);
  expect(answer.scaling).toEqual([
    { autoscaler: 'otlp-app', scales: 'deployment/otlp-app', replicas: 2, wanted: 2, most: 4 },
  ]);
  expect(answer.notChecked.map(({ check }) => check)).toEqual([
    'probe',
    'usage of the nodes',
    'metrics of the application',
    'behaviour under load',
  ]);
});
