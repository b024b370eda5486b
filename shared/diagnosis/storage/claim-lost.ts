import type { PersistentVolume } from '#shared/domain/surroundings.ts';
import { claimsOf, isHeldBack, type UsedClaim } from '../claims.ts';
import { HISTORY_MS } from '../events.ts';
import { once } from '../once.ts';
import { called, evidence, type Rule, type Sighting } from '../rule.ts';
import type { ClusterView } from '../view.ts';
import { sighting } from './claim.ts';

/**
 * Claims whose volume is gone; or is there, and belongs to another claim. An earlier one of the same name is another
 * one, too.
 */
export const rule: Rule = (view) =>
  claimsOf(view).flatMap((used) => {
    const { metadata, status } = used.claim ?? {};
    // One that is being deleted is as good as missing.
    return status?.phase === 'Lost' && !(metadata?.deletionTimestamp && isHeldBack(used.pod)) ? [lost(view, used)] : [];
  });

const volumes = once(
  ({ snapshot: { objects } }: ClusterView): Map<string, PersistentVolume> =>
    new Map(objects.persistentvolumes.map((volume) => [volume.metadata.name, volume])),
);

function lost(view: ClusterView, used: UsedClaim): Sighting {
  const { pod, ref, path, claim } = used;
  const { metadata, spec } = claim ?? {};
  const name = spec?.volumeName ?? 'not set';
  const owner = volumes(view).get(name)?.spec?.claimRef;
  const said = view.events.of(ref, metadata?.uid, { withinMs: HISTORY_MS }).find(({ type }) => type === 'Warning');
  const found = [
    evidence(pod.ref, path, ref.name),
    evidence(ref, 'status.phase', 'Lost'),
    evidence(ref, 'spec.volumeName', name),
    ...(said ? [evidence(ref, `event ${said.reason}`, said.message, said.lastTimestamp)] : []),
  ];
  if (!owner || owner.uid === metadata?.uid)
    return sighting(used, 'pvc-lost', `${called(ref)} has lost its volume`, undefined, found);
  const isSameName = owner.name === ref.name && owner.namespace === ref.namespace;
  const whose = isSameName ? 'an earlier claim of the same name' : `claim ${owner.namespace}/${owner.name}`;
  return {
    ...sighting(
      used,
      'pvc-lost',
      `${called(ref)} names a volume that belongs to ${whose}`,
      `It was made with the mark that it is bound, as by restoring it from a backup or from Git; volume ${name} belongs to ${whose}.`,
      [...found, evidence(`PersistentVolume/${name}`, 'spec.claimRef', owner)],
    ),
    remedy: isSameName
      ? 'Make the claim anew without the annotations pv.kubernetes.io/bind-completed and pv.kubernetes.io/bound-by-controller, and remove uid from the claimRef of the volume: its data are kept.'
      : 'Make the claim anew without the annotations pv.kubernetes.io/bind-completed and pv.kubernetes.io/bound-by-controller, and with a volume of its own.',
  };
}
