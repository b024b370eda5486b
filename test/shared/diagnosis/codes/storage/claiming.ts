import type { Snapshot } from '#shared/domain/snapshot.ts';
import type { PersistentVolume } from '#shared/domain/surroundings.ts';
import { podsOf, setCondition } from '#test/support/faults.ts';
import { NAMESPACE } from '#test/support/namespace.ts';

/** What the scheduler says of every pod of the application. */
export function schedulerSays(snapshot: Snapshot, message: string): Snapshot {
  for (const { status } of podsOf(snapshot, 'otlp-app'))
    setCondition(status?.conditions, { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }, 6);
  return snapshot;
}

export const volume = (
  name: string,
  claim: string,
  status: NonNullable<PersistentVolume['status']>,
  namespace = NAMESPACE,
): PersistentVolume => ({
  metadata: { name, uid: `uid-${name}` },
  spec: { storageClassName: 'gp3', claimRef: { namespace, name: claim, uid: 'uid-before' } },
  status,
});

export const withVolume = (snapshot: Snapshot, ...volumes: PersistentVolume[]): Snapshot => {
  snapshot.objects.persistentvolumes.push(...volumes);
  return snapshot;
};
