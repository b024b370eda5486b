import type { Snapshot } from '#shared/domain/snapshot.ts';
import type { Target } from '#shared/domain/target.ts';
import type { Chapter } from './chapter.ts';
import { claimsOf } from './claims.ts';
import { viewOf } from './view.ts';

/** What one asks of storage, from the claim to the file. */
export const STORAGE = {
  claims: { codes: ['pvc-missing', 'pvc-pending', 'pvc-lost'], needs: ['pods', 'persistentvolumeclaims', 'events'] },
  volumes: { codes: ['pv-failed-or-released', 'volume-zone-conflict'], needs: ['persistentvolumes'] },
  classes: { codes: ['storageclass-missing'], needs: ['persistentvolumeclaims', 'storageclasses'] },
  mounts: { codes: ['volume-attach-failed', 'volume-mount-failed'], needs: ['pods', 'events'] },
  capacity: { codes: ['volume-full', 'ephemeral-storage-exceeded'], needs: ['pods', 'events'] },
  'read-only': { codes: ['volume-read-only'], needs: ['pods'] },
  rights: { codes: ['volume-permission-denied'], needs: ['pods'] },
  'node disk': { codes: ['node-disk-pressure', 'pod-evicted'], needs: ['nodes'] },
  'collector queue': { codes: ['collector-persistent-queue-unwritable'], needs: ['pods'] },
} as const satisfies Chapter<string>;

export interface ClaimInUse {
  claim: string;
  /** Bound, Pending or Lost; `missing` where there is no such claim, `not read` where that is not known */
  phase: string;
  storageClass?: string;
  volume?: string;
  /** of the volume, as Kubernetes writes quantities */
  capacity?: string;
  requested?: string;
  accessModes: string[];
  pods: string[];
}

/** Every claim that pods of the target use, by name. */
export function claimsInUse(snapshot: Snapshot, target: Target): ClaimInUse[] {
  const view = viewOf(snapshot, target);
  const byName = Map.groupBy(claimsOf(view), ({ ref }) => ref.name);
  return [...byName]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([name, uses]) => {
      const claim = uses[0]?.claim;
      const known = view.knows('persistentvolumeclaims', uses[0]?.ref.namespace);
      const { storageClassName, volumeName, accessModes = [], resources } = claim?.spec ?? {};
      const [capacity, requested] = [claim?.status?.capacity?.storage, resources?.requests?.storage];
      return {
        claim: name,
        phase: claim ? (claim.status?.phase ?? 'Unknown') : known ? 'missing' : 'not read',
        ...(storageClassName && { storageClass: storageClassName }),
        ...(volumeName && { volume: volumeName }),
        ...(capacity && { capacity }),
        ...(requested && { requested }),
        accessModes,
        pods: uses.map(({ pod }) => pod.ref.name),
      };
    });
}
