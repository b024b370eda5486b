import type { Condition } from '#shared/domain/kubernetes.ts';
import type { Code } from '../catalogue.ts';
import { claimsOf, isHeldBack, type UsedClaim } from '../claims.ts';
import { millis, type PodView } from '../model.ts';
import { called, evidence, kubectl, type Rule, type Sighting } from '../rule.ts';
import type { ClusterView } from '../view.ts';

/** Provisioning takes a driver some seconds; a pod waits for it that long without anything being wrong. */
export const PATIENCE_MS = 60_000;

/** The claim of an ephemeral volume is made for the pod, soon after it. */
const isDue = ({ now }: ClusterView, { pod, path }: UsedClaim): boolean =>
  path.endsWith('ephemeral') && now - (millis(pod.object.metadata.creationTimestamp) ?? 0) <= PATIENCE_MS;

const BEING_DELETED = {
  cause: 'Somebody has deleted the claim: pods that use it hold it back still, and no new pod gets it.',
  remedy: 'Save what is on the volume; once the last pod that uses it is gone, create the claim anew.',
};

/** Claims that a pod waits for and that are not there, or are being deleted. */
export const rule: Rule = (view) =>
  claimsOf(view).flatMap((used): Sighting[] => {
    const { pod, ref, path, claim } = used;
    if (!isHeldBack(pod)) return [];
    const asked = evidence(pod.ref, path, ref.name);
    if (!claim) {
      if (!view.knows('persistentvolumeclaims', ref.namespace) || isDue(view, used)) return [];
      const absent = evidence(ref, 'metadata.name', 'not found');
      return [sighting(used, 'pvc-missing', `${called(ref)} does not exist`, undefined, [asked, absent])];
    }
    const { deletionTimestamp } = claim.metadata;
    if (!deletionTimestamp) return [];
    const deleted = evidence(ref, 'metadata.deletionTimestamp', deletionTimestamp, deletionTimestamp);
    const { cause, remedy } = BEING_DELETED;
    return [{ ...sighting(used, 'pvc-missing', `${called(ref)} is being deleted`, cause, [asked, deleted]), remedy }];
  });

/** What all rules about a claim tell of it. */
export const sighting = (
  { pod, ref }: UsedClaim,
  code: Code,
  title: string,
  cause: string | undefined,
  found: Sighting['evidence'],
): Sighting => ({
  code,
  at: ref,
  pod,
  ...(pod.workload ? { workload: pod.workload } : {}),
  title,
  ...(cause ? { cause } : {}),
  evidence: [...found, ...scheduler(pod)],
  commands:
    code === 'pvc-missing'
      ? [kubectl(ref, 'get pvc')]
      : [kubectl(ref, `describe pvc ${ref.name}`), 'kubectl get storageclasses', 'kubectl get csidrivers'],
});

/** The condition in which the scheduler says that a pod has no node. */
export const noNode = ({ status }: PodView['object']): Condition | undefined =>
  status?.conditions?.find(({ type, status: is }) => type === 'PodScheduled' && is === 'False');

/** What the scheduler says of it, where that is about volumes. */
const scheduler = ({ ref, object }: UsedClaim['pod']) => {
  const condition = noNode(object);
  return condition?.message && /volume/i.test(condition.message)
    ? [evidence(ref, 'status.conditions[PodScheduled].message', condition.message, condition.lastTransitionTime)]
    : [];
};
