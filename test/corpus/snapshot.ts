import { RESOURCE_NAMES, type Snapshot } from '#shared/domain/snapshot.ts';
import { type Target, target } from '#shared/domain/target.ts';
import { snapshotFromList } from '#shared/snapshot/from-list.ts';
import { settle } from './settle.ts';
import { NOW } from './time.ts';
import type { World } from './world.ts';

/** As `medic diagnose --namespace` makes it: every workload, no names expected. */
export const wholeNamespace = (namespace: string): Target =>
  target.parse({ name: 'corpus', cluster: 'sandbox', namespace, workloads: 'all' });

/** What a look at the cluster gives. Everything was looked at: what the world does not have is not there. */
export function snapshotOf(world: World): Snapshot {
  const items = [...settle(world).objects, ...world.events];
  const list = JSON.parse(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  const snapshot = snapshotFromList(list, {
    target: wholeNamespace(world.namespace),
    clock: { now: () => new Date(NOW) },
    logs: world.logs,
  });
  return { ...snapshot, coverage: { checked: [...RESOURCE_NAMES, 'secrets', 'logs'], notChecked: [] } };
}
