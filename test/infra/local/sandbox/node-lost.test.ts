import { expect, it } from 'vitest';
import type { SandboxCluster } from '#infra/local/sandbox/cluster.ts';
import { conditionOf, isReady } from '#infra/local/sandbox/objects.ts';
import { eventsAbout, replayedCluster } from '#test/support/replayed-cluster.ts';

/** The lost node, and the app's pods on it and elsewhere. */
function seen(cluster: SandboxCluster) {
  const node = cluster.store
    .list('nodes')
    .find(({ status }) => conditionOf(status?.conditions, 'Ready')?.status !== 'True');
  const pods = cluster.podsOf('otlp-app');
  const there = pods.filter(({ spec }) => spec.nodeName === node?.metadata.name);
  return { node, there, elsewhere: pods.filter((pod) => !there.includes(pod)) };
}

it('is unreachable after its grace period: tainted, conditions unknown, pods not ready but still running', async () => {
  const cluster = await replayedCluster('node-lost');
  await cluster.timeline.pass(40);
  expect(seen(cluster).node).toBeUndefined();
  await cluster.timeline.pass(20);

  const { node, there, elsewhere } = seen(cluster);
  for (const type of ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'])
    expect(conditionOf(node?.status?.conditions, type)).toMatchObject({
      status: 'Unknown',
      reason: 'NodeStatusUnknown',
      message: 'Kubelet stopped posting node status.',
    });
  const key = 'node.kubernetes.io/unreachable';
  expect(node?.spec?.taints).toMatchObject([
    { key, effect: 'NoSchedule' },
    { key, effect: 'NoExecute' },
  ]);
  expect(there.map(isReady)).toEqual([false]);
  expect(there[0]?.status?.containerStatuses).toMatchObject([{ ready: true, state: { running: {} } }]);
  expect(elsewhere.map(isReady)).toEqual([true]);
  expect(eventsAbout(cluster, there[0]?.metadata.name ?? '?')).toContain('NodeNotReady: Node is not ready');
});

it('answers nobody: connections to its pods time out instead of being refused', async () => {
  const cluster = await replayedCluster('node-lost');
  await cluster.timeline.pass(60);
  const ip = seen(cluster).there[0]?.status?.podIP ?? '';
  await expect(cluster.network.request(ip, 8080, { path: '/health' })).rejects.toMatchObject({ fault: 'timeout' });
});

it('loses its pods after five minutes, to be made anew elsewhere; the old ones never end', async () => {
  const cluster = await replayedCluster('node-lost');
  await cluster.timeline.pass(420);
  const { there, elsewhere } = seen(cluster);
  expect(there).toMatchObject([{ metadata: { deletionGracePeriodSeconds: 30 } }]);
  expect(conditionOf(there[0]?.status?.conditions, 'DisruptionTarget')).toMatchObject({
    reason: 'DeletionByTaintManager',
    message: 'Taint manager: deleting due to NoExecute taint',
  });
  expect(elsewhere.map(isReady)).toEqual([true, true]);
  expect(cluster.deployment('otlp-app')?.status).toMatchObject({ availableReplicas: 2, replicas: 2 });
});
