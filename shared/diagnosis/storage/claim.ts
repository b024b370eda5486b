import type { KubeEvent } from '#shared/domain/kubernetes-event.ts';
import type { Code } from '../catalogue.ts';
import { claimsOf, isHeldBack, type UsedClaim } from '../claims.ts';
import { millis } from '../model.ts';
import { called, evidence, kubectl, type Rule, type Sighting } from '../rule.ts';
import type { ClusterView } from '../view.ts';

const DEFAULT_CLASS = /^storageclass(\.beta)?\.kubernetes\.io\/is-default-class$/;

/** Provisioning takes a driver some seconds; a pod waits for it that long without anything being wrong. */
const PATIENCE_MS = 60_000;

/** The provisioner tries again with a growing pause of at most five minutes. */
const RETRY_MS = 10 * 60_000;

/** The claim of an ephemeral volume is made for the pod, soon after it. */
const isDue = ({ now }: ClusterView, { pod, path }: UsedClaim): boolean =>
  path.endsWith('ephemeral') && now - (millis(pod.object.metadata.creationTimestamp) ?? 0) <= PATIENCE_MS;

const BEING_DELETED = {
  cause: 'Somebody has deleted the claim: pods that use it hold it back still, and no new pod gets it.',
  remedy: 'Save what is on the volume; once the last pod that uses it is gone, create the claim anew.',
};

/** Claims of pods that are missing or get no volume, and why not. */
export const rule: Rule = (view) =>
  claimsOf(view).flatMap((used) => {
    const { pod, ref, path, claim } = used;
    const asked = evidence(pod.ref, path, ref.name);
    if (!claim) {
      if (!isHeldBack(pod) || !view.knows('persistentvolumeclaims', ref.namespace) || isDue(view, used)) return [];
      return [
        sighting(used, 'pvc-missing', `${called(ref)} does not exist`, undefined, [
          asked,
          evidence(ref, 'metadata.name', 'not found'),
        ]),
      ];
    }
    const phase = claim.status?.phase;
    const { deletionTimestamp } = claim.metadata;
    if (deletionTimestamp && isHeldBack(pod))
      return [
        {
          ...sighting(used, 'pvc-missing', `${called(ref)} is being deleted`, BEING_DELETED.cause, [
            asked,
            evidence(ref, 'metadata.deletionTimestamp', deletionTimestamp, deletionTimestamp),
          ]),
          remedy: BEING_DELETED.remedy,
        },
      ];
    return phase === 'Pending' && isHeldBack(pod) ? pending(view, used) : [];
  });

function pending(view: ClusterView, used: UsedClaim): Sighting[] {
  const { ref, claim, path, pod } = used;
  const age = view.now - (millis(claim?.metadata.creationTimestamp) ?? view.now);
  const event = saidOf(view, used);
  if (event?.reason === 'WaitForFirstConsumer' || (waitsForPod(view, used) && !failed(event))) return [];
  const written = claim?.spec?.storageClassName;
  const found = [
    evidence(pod.ref, path, ref.name),
    evidence(ref, 'status.phase', 'Pending', claim?.metadata.creationTimestamp),
    evidence(ref, 'spec.storageClassName', written ?? 'not set'),
    ...(event ? [evidence(ref, `event ${event.reason}`, event.message, event.lastTimestamp)] : []),
  ];
  const noClass = lackOfClass(view, used, event?.message ?? '');
  if (noClass)
    return [
      {
        ...sighting(
          used,
          'storageclass-missing',
          `${called(ref)} gets no volume: ${noClass}`,
          sentence(noClass),
          found,
        ),
        // A volume that was made by hand needs no such class: whether there is one is not known.
        ...(view.knows('persistentvolumes') ? {} : { confidence: 'likely' as const }),
      },
    ];
  if (age <= PATIENCE_MS && !failed(event)) return [];
  return [sighting(used, 'pvc-pending', `${called(ref)} gets no volume`, causeOf(event), found)];
}

const sentence = (words: string): string => `${words.slice(0, 1).toUpperCase()}${words.slice(1)}.`;

const failed = (event: KubeEvent | undefined) => event?.type === 'Warning' || event?.reason === 'ProvisioningFailed';

/** The newest failure, else whatever was said last. */
function saidOf(view: ClusterView, { ref, claim }: UsedClaim): KubeEvent | undefined {
  const events = view.events.of(ref, claim?.metadata.uid, { withinMs: RETRY_MS });
  return events.find(({ reason }) => reason === 'ProvisioningFailed') ?? events[0];
}

/** The volume is made where the pod will run: until that is known the claim waits, and the scheduler's reason counts. */
function waitsForPod({ snapshot }: ClusterView, { claim, pod }: UsedClaim): boolean {
  const storageClass = snapshot.objects.storageclasses.find(
    ({ metadata }) => metadata.name === claim?.spec?.storageClassName,
  );
  return (
    !schedulerWaits(pod) &&
    storageClass?.volumeBindingMode === 'WaitForFirstConsumer' &&
    !claim?.metadata.annotations?.['volume.kubernetes.io/selected-node'] &&
    !pod.object.spec?.nodeName
  );
}

/** The scheduler has chosen a node, or wants to, and waits for the volume in its turn. */
const schedulerWaits = ({ object }: UsedClaim['pod']): boolean =>
  object.status?.conditions?.some(
    ({ type, status, message = '' }) =>
      type === 'PodScheduled' && status === 'False' && /binding volumes|unbound immediate/.test(message),
  ) === true;

function lackOfClass({ snapshot, knows }: ClusterView, { claim }: UsedClaim, said: string): string | undefined {
  const wanted = claim?.spec?.storageClassName;
  const all = snapshot.objects.storageclasses;
  if (wanted) {
    const gone = knows('storageclasses') && !all.some(({ metadata }) => metadata.name === wanted);
    // A class that exists only as a name binds volumes that were made by hand.
    const bindsByHand = snapshot.objects.persistentvolumes.some(({ spec }) => spec?.storageClassName === wanted);
    return /storageclass\.storage\.k8s\.io "[^"]+" not found/.test(said) || (gone && !bindsByHand)
      ? `there is no StorageClass ${wanted}`
      : undefined;
  }
  const hasDefault = all.some(({ metadata }) =>
    Object.entries(metadata.annotations ?? {}).some(([key, value]) => DEFAULT_CLASS.test(key) && value === 'true'),
  );
  const none = /no storage class is set/.test(said) || (wanted === undefined && knows('storageclasses') && !hasDefault);
  return none && !hasDefault ? 'it names no StorageClass, and the cluster has no default one' : undefined;
}

function causeOf(event: KubeEvent | undefined): string | undefined {
  if (!event) return undefined;
  if (event.reason === 'ExternalProvisioning')
    return `The driver of the StorageClass does not answer: is it installed and running? ${event.message}`;
  return event.message;
}

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

/** What the scheduler says of it, where that is about volumes. */
const scheduler = ({ ref, object }: UsedClaim['pod']) => {
  const condition = object.status?.conditions?.find(
    ({ type, status }) => type === 'PodScheduled' && status === 'False',
  );
  return condition?.message && /volume/i.test(condition.message)
    ? [evidence(ref, 'status.conditions[PodScheduled].message', condition.message, condition.lastTransitionTime)]
    : [];
};
