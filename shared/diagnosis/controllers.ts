import type { Owner } from '#shared/domain/finding.ts';
import type { KubeObject } from '#shared/domain/kubernetes.ts';
import { keyOf, type PodView } from './model.ts';
import type { ClusterView } from './view.ts';

/** Pod -> Job -> CronJob, Pod -> ReplicaSet -> Rollout: nothing real is deeper, and odd files may hold circles. */
const MOST_STEPS = 3;

/**
 * Who holds a pod that belongs to no workload of the snapshot: a Job or its CronJob, a Rollout, a custom resource. Its own
 * name would be another one after each restart. Undefined for anything but a sighting of the pod itself.
 */
export function controllersIn({ snapshot }: ClusterView): (at: Owner, pod?: PodView) => Owner | undefined {
  const { jobs, replicasets } = snapshot.objects;
  const known = new Map<string, KubeObject>();
  const add = (kind: string, objects: KubeObject[]) => {
    for (const object of objects)
      known.set(keyOf({ kind, namespace: object.metadata.namespace ?? '', name: object.metadata.name }), object);
  };
  add('Job', jobs);
  add('ReplicaSet', replicasets);

  const above = (object: KubeObject, namespace: string, steps: number): Owner | undefined => {
    const owner = object.metadata.ownerReferences?.find(({ controller }) => controller !== false);
    if (!owner) return undefined;
    const holder = { kind: owner.kind, namespace, name: owner.name };
    const next = steps > 1 ? known.get(keyOf(holder)) : undefined;
    return (next && above(next, namespace, steps - 1)) ?? holder;
  };
  return (at, pod) => (pod && keyOf(pod.ref) === keyOf(at) ? above(pod.object, at.namespace, MOST_STEPS) : undefined);
}
