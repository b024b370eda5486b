import { type ContainerLog, RESOURCE_NAMES, type Snapshot } from '#shared/domain/snapshot.ts';
import { type Target, target } from '#shared/domain/target.ts';
import { snapshotFromList } from '#shared/snapshot/from-list.ts';
import { planLogs } from '#shared/snapshot/log-plan.ts';
import { settle } from './settle.ts';
import { NOW } from './time.ts';
import type { World } from './world.ts';

/** As `medic diagnose --namespace` makes it: every workload, no names expected. */
export const wholeNamespace = (namespace: string): Target =>
  target.parse({ name: 'corpus', cluster: 'sandbox', namespace, workloads: 'all' });

/** A look reads the logs of a few containers, not all that there are. */
function logsRead({ logs }: World, of: Target, { objects }: Snapshot): ContainerLog[] {
  const planned = new Set(planLogs(of, objects).map(keyOf));
  return logs.filter((log) => planned.has(keyOf(log)));
}

const keyOf = ({ namespace, pod, container, previous }: Omit<ContainerLog, 'text' | 'truncated'>): string =>
  [namespace, pod, container, previous].join('/');

/** What a look at the cluster gives. Everything was looked at: what the world does not have is not there. */
export function snapshotOf(world: World): Snapshot {
  const items = [...settle(world).objects, ...world.events];
  const list = JSON.parse(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  const target = wholeNamespace(world.namespace);
  const clock = { now: () => new Date(NOW) };
  const logs = logsRead(world, target, snapshotFromList(list, { target, clock }));
  const snapshot = snapshotFromList(list, { target, clock, logs });
  return { ...snapshot, coverage: { checked: [...RESOURCE_NAMES, 'secrets', 'logs'], notChecked: [] } };
}
