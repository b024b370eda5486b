import type { KubeEvent } from '#shared/domain/kubernetes-event.ts';
import { isHeldBack } from '../claims.ts';
import { namesMissing } from '../configuration/missing-in-message.ts';
import { millis, type PodView } from '../model.ts';
import { called, evidence, inPod, kubectl, type Rule } from '../rule.ts';
import type { ClusterView } from '../view.ts';

/** Follow-up of another failure: it says only that the wait is over. */
const TIMED_OUT = /timed out waiting for the condition|context deadline exceeded/;

/** The words of the attach controller, of kubelets and of drivers. First match wins. */
const MEANINGS: [words: RegExp, cause: string, remedy: string][] = [
  [
    /Multi-Attach error/,
    'The volume can be attached to one node at a time, and is still attached to another: the old pod there is not gone.',
    'Wait until the old pod is gone; use strategy Recreate, or maxSurge 0, for a Deployment with a ReadWriteOnce volume.',
  ],
  [
    /driver name \S+ not found in the list of registered CSI drivers/,
    'The CSI driver does not run on the node of the pod.',
    'Check the DaemonSet of the driver: does it tolerate the taints of this node, and is its pod there well?',
  ],
  [
    /timed out waiting for external-attacher/,
    'The CSI driver does not attach it: its controller does not answer, or is not there.',
    'Look at the pods of the controller of the driver, their log and their rights.',
  ],
  [
    /exceed(s|ed)? max volume count|maximum number of attached|attachment limit|max(imum)? volume limit/i,
    'The node has as many volumes attached as it can have.',
    'Add nodes, or spread the pods with volumes over more of them.',
  ],
  [
    /could not be found|InvalidVolume\.NotFound|volume \S+ not found|does not exist/i,
    'The disk behind the volume does not exist any more.',
    'Restore the disk from a snapshot, or make the claim anew.',
  ],
  [
    /UnauthorizedOperation|AccessDenied|access denied|not authorized|403/i,
    'The storage refuses the node or the driver: rights or an export rule.',
    'Check the IAM role of the driver, or the export rule of the file server.',
  ],
  [
    /applyFSGroup failed/,
    'The files of the volume cannot be given to the group that fsGroup names.',
    'Leave fsGroup out for this volume, or set fsGroupChangePolicy to OnRootMismatch; on a file server allow the change of owners.',
  ],
  [
    /Permission denied|operation not permitted/i,
    'The node may not set up the mount.',
    'Check mount options, securityContext and the rights on the file server.',
  ],
  [
    /wrong fs type|bad superblock|fsck|structure needs cleaning/i,
    'The file system of the volume is damaged or of another type.',
    'Check it with fsck on the node, or restore a snapshot.',
  ],
  [
    /Connection timed out|Connection refused|No route to host|network is unreachable|Name or service not known|Failed to resolve/i,
    'The file server does not answer.',
    'Check its address, security groups (NFS: port 2049) and DNS.',
  ],
  [
    /hostPath type check failed/,
    'The path that the volume names is not on this node, or of another kind.',
    'Correct hostPath, or create it on the nodes.',
  ],
];

/** A volume that cannot be attached to the node or mounted into the pod, in the words of its events. */
export const rule: Rule = (view) =>
  view.unready.filter(isHeldBack).flatMap((pod) => {
    const attach = tellingOf(view, pod, 'FailedAttachVolume');
    const mount = tellingOf(view, pod, 'FailedMount') ?? tellingOf(view, pod, 'FailedMapVolume');
    const failures = [
      ...(attach ? [{ code: 'volume-attach-failed' as const, event: attach, says: 'attached to its node' }] : []),
      ...(mount ? [{ code: 'volume-mount-failed' as const, event: mount, says: 'mounted' }] : []),
    ];
    return failures.map(({ code, event, says }) => {
      const message = event.message ?? '';
      const meaning = MEANINGS.find(([words]) => words.test(message));
      return {
        code,
        ...inPod(pod),
        title: `a volume of ${called(pod.workload?.ref ?? pod.ref)} cannot be ${says}`,
        ...(meaning ? { cause: meaning[1], remedy: meaning[2] } : {}),
        evidence: [evidence(pod.ref, `event ${event.reason}`, message, event.lastTimestamp)],
        since: millis(event.firstTimestamp),
        commands: [
          kubectl(pod.ref, `describe ${called(pod.ref)}`),
          ...(code === 'volume-attach-failed' ? ['kubectl get volumeattachments'] : []),
        ],
      };
    });
  });

/** The newest that gives a reason, else the newest. */
function tellingOf(view: ClusterView, pod: PodView, reason: string): KubeEvent | undefined {
  const all = view.events.of(pod.ref, pod.object.metadata.uid, { reason });
  const events = all.filter(({ message = '' }) => !namesMissing(message));
  const telling = events.find(
    ({ message = '' }) => !TIMED_OUT.test(message) || MEANINGS.some(([words]) => words.test(message)),
  );
  // Beside a missing ConfigMap the time-out of the same mount says nothing new.
  return telling ?? (all.length > events.length ? undefined : events[0]);
}
