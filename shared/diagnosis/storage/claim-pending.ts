import type { KubeEvent } from '#shared/domain/kubernetes-event.ts';
import { claimsOf, isHeldBack, type UsedClaim } from '../claims.ts';
import { millis } from '../model.ts';
import { called, evidence, type Rule, type Sighting } from '../rule.ts';
import type { ClusterView } from '../view.ts';
import { noNode, PATIENCE_MS, sighting } from './claim.ts';

const DEFAULT_CLASS = /^storageclass(\.beta)?\.kubernetes\.io\/is-default-class$/;

/** The provisioner tries again with a growing pause of at most five minutes. */
const RETRY_MS = 10 * 60_000;

/** Claims of pods that get no volume, and why not: for want of a StorageClass, or as their events say. */
export const rule: Rule = (view) =>
  claimsOf(view).flatMap((used) => {
    const { metadata, status } = used.claim ?? {};
    const isPending = status?.phase === 'Pending' && !metadata?.deletionTimestamp;
    return isPending && isHeldBack(used.pod) ? pending(view, used) : [];
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
  /binding volumes|unbound immediate/.test(noNode(object)?.message ?? '');

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
