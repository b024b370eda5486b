import type { Snapshot } from '#shared/domain/snapshot.ts';
import type { PersistentVolumeClaim } from '#shared/domain/surroundings.ts';
import { event, everWith, podsOf, setCondition } from './faults.ts';
import { ago, healthyNamespace, NAMESPACE, settle } from './namespace.ts';

const UNBOUND =
  '0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.';

/** The app keeps its data on the claim `data`; unless it is bound, its pods find no node. */
export function withClaim(claim?: Partial<PersistentVolumeClaim>, classes = ['gp3']): Snapshot {
  const snapshot = healthyNamespace();
  everWith(snapshot, 'otlp-app', (container, spec) => {
    spec.volumes = [...(spec.volumes ?? []), { name: 'data', persistentVolumeClaim: { claimName: 'data' } }];
    container.volumeMounts = [...(container.volumeMounts ?? []), { name: 'data', mountPath: '/var/lib/app' }];
  });
  snapshot.objects.storageclasses = classes.map((name) => ({
    metadata: { name, annotations: { 'storageclass.kubernetes.io/is-default-class': String(name === 'gp3') } },
    provisioner: 'ebs.csi.aws.com',
    volumeBindingMode: 'Immediate',
  }));
  const bound = claim?.status?.phase === 'Bound';
  if (claim)
    snapshot.objects.persistentvolumeclaims = [
      {
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'data', namespace: NAMESPACE, uid: 'uid-data', creationTimestamp: ago(20) },
        ...claim,
      },
    ];
  if (bound) return snapshot;
  for (const pod of podsOf(snapshot, 'otlp-app')) {
    delete pod.spec.nodeName;
    pod.status = { phase: 'Pending', conditions: [] };
    setCondition(
      pod.status.conditions,
      {
        type: 'PodScheduled',
        status: 'False',
        reason: 'Unschedulable',
        message: claim ? UNBOUND : '0/3 nodes are available: persistentvolumeclaim "data" not found.',
      },
      6,
    );
  }
  return settle(snapshot);
}

/** No volume has come for it. */
export const pendingClaim = (storageClassName?: string): Partial<PersistentVolumeClaim> => ({
  spec: { ...(storageClassName ? { storageClassName } : {}) },
  status: { phase: 'Pending' },
});
export const BOUND: Partial<PersistentVolumeClaim> = {
  spec: { storageClassName: 'gp3', volumeName: 'pv-1' },
  status: { phase: 'Bound' },
};

/** An event about the claim. */
export const claimSays = (snapshot: Snapshot, reason: string, message: string) =>
  event(
    snapshot,
    { kind: 'PersistentVolumeClaim', metadata: { name: 'data', namespace: NAMESPACE, uid: 'uid-data' } },
    reason,
    message,
  );
