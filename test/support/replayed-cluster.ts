import { afterEach } from 'vitest';
import { SandboxCluster } from '#infra/local/sandbox/cluster.ts';
import { liveThrough } from '#infra/local/sandbox/history.ts';
import { scenarioNamed } from '#infra/local/sandbox/scenarios.ts';
import type { KubeEvent } from '#shared/domain/kubernetes-event.ts';

const running: SandboxCluster[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((cluster) => cluster.stop()));
});

/** The sandbox's cluster in the replayed past: its time passes as fast as the machine can, and always the same way. */
export async function replayedCluster(scenario = 'healthy'): Promise<SandboxCluster> {
  const cluster = new SandboxCluster({ start: new Date('2026-11-01T08:00:00Z'), speed: 1, seed: 7 });
  running.push(cluster);
  const { age, put } = scenarioNamed(scenario);
  await liveThrough(cluster, age);
  await put(cluster);
  return cluster;
}

/** `reason: message` of the events about objects whose name begins so. */
export const eventsAbout = (cluster: SandboxCluster, name: string): string[] =>
  cluster.store
    .list('events')
    .filter(({ involvedObject }: KubeEvent) => involvedObject.name?.startsWith(name))
    .map(({ reason, message }) => `${reason}: ${message}`);
