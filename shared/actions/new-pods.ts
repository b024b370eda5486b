import type { KubeObject, OwnerReference, Pod, Workload } from '#shared/domain/kubernetes.ts';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import type { RolledOwner } from './workload-ref.ts';

const REVISION = 'deployment.kubernetes.io/revision';

const controller = ({ metadata }: KubeObject): OwnerReference | undefined =>
  metadata.ownerReferences?.find((owner) => owner.controller !== false);

/** Ownership goes by uid where both sides have one: the name may have been used before. */
function owns(owner: KubeObject, kind: string, object: KubeObject): boolean {
  const reference = controller(object);
  if (reference?.kind !== kind || object.metadata.namespace !== owner.metadata.namespace) return false;
  const { uid, name } = owner.metadata;
  return reference.uid && uid ? reference.uid === uid : reference.name === name;
}

const isPresent = ({ metadata, status }: Pod) =>
  !metadata.deletionTimestamp && status?.phase !== 'Succeeded' && status?.phase !== 'Failed';

const revision = ({ metadata }: KubeObject) => Number(metadata.annotations?.[REVISION] ?? 0);

/** The present pods of the workload's newest template: by the newest ReplicaSet, or by the revision hash. */
export function newPods({ objects }: Snapshot, { kind }: RolledOwner, workload: Workload): Pod[] {
  const present = objects.pods.filter(isPresent);
  if (kind === 'Deployment') {
    const sets = objects.replicasets.filter((set) => owns(workload, 'Deployment', set));
    const newest = sets.toSorted((a, b) => revision(b) - revision(a))[0];
    return newest ? present.filter((pod) => owns(newest, 'ReplicaSet', pod)) : [];
  }
  const own = present.filter((pod) => owns(workload, kind, pod));
  const hash = workload.status?.updateRevision;
  return hash ? own.filter(({ metadata }) => metadata.labels?.['controller-revision-hash'] === hash) : own;
}
