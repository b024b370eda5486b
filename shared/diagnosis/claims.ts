import type { PersistentVolumeClaim } from '#shared/domain/surroundings.ts';
import type { PodView, Ref } from './model.ts';
import { once } from './once.ts';
import type { ClusterView } from './view.ts';

/** A claim that a pod of the target names; `claim` is absent where there is no such object, or it was not read. */
export interface UsedClaim {
  pod: PodView;
  ref: Ref;
  /** field path in the pod */
  path: string;
  claim?: PersistentVolumeClaim;
}

/** Every claim of every present pod. */
export const claimsOf = once(findClaims);

function findClaims(view: ClusterView): UsedClaim[] {
  const known = new Map(
    view.snapshot.objects.persistentvolumeclaims.map((claim) => [
      `${claim.metadata.namespace}/${claim.metadata.name}`,
      claim,
    ]),
  );
  return view.pods.flatMap((pod) =>
    (pod.object.spec?.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }, index): UsedClaim[] => {
      const claimName = persistentVolumeClaim?.claimName ?? (ephemeral && `${pod.ref.name}-${name}`);
      if (!claimName) return [];
      const ref = { kind: 'PersistentVolumeClaim', namespace: pod.ref.namespace, name: claimName };
      const claim = known.get(`${ref.namespace}/${ref.name}`);
      const field = persistentVolumeClaim ? 'persistentVolumeClaim.claimName' : 'ephemeral';
      return [{ pod, ref, path: `spec.volumes[${index}].${field}`, ...(claim ? { claim } : {}) }];
    }),
  );
}

/** Containers are made when all volumes are mounted: one that waits for anything else is past that. */
const BEFORE_VOLUMES = [undefined, 'ContainerCreating', 'PodInitializing'];

/** The pod waits for its volumes still: no container was made. */
export const isHeldBack = ({ object, containers }: PodView): boolean =>
  object.status?.phase === 'Pending' &&
  !object.status.conditions?.some(({ type, status }) => type === 'PodReadyToStartContainers' && status === 'True') &&
  containers.every(
    ({ status }) =>
      !status?.state?.running && !status?.state?.terminated && BEFORE_VOLUMES.includes(status?.state?.waiting?.reason),
  );
