import type { Snapshot } from '#shared/domain/snapshot.ts';
import type { PersistentVolume } from '#shared/domain/surroundings.ts';
import { BOUND, claimSays, pendingClaim, withClaim } from '#test/support/claims.ts';
import { podsOf, setCondition } from '#test/support/faults.ts';
import { ago, healthyNamespace, NAMESPACE } from '#test/support/namespace.ts';
import { type Cases, inPodsOf, type Place } from '../case.ts';

const at: Place = {
  subject: { kind: 'PersistentVolumeClaim', name: 'data' },
  owner: { kind: 'Deployment', name: 'otlp-app' },
};
const noClaims = { why: 'no pod has a claim', build: healthyNamespace };

/** What the scheduler says of every pod of the application. */
function schedulerSays(snapshot: Snapshot, message: string): Snapshot {
  for (const { status } of podsOf(snapshot, 'otlp-app'))
    setCondition(status?.conditions, { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }, 6);
  return snapshot;
}

const volume = (
  name: string,
  claim: string,
  status: PersistentVolume['status'],
  namespace = NAMESPACE,
): PersistentVolume => ({
  metadata: { name, uid: `uid-${name}` },
  spec: { storageClassName: 'gp3', claimRef: { namespace, name: claim, uid: 'uid-before' } },
  status,
});

const withVolume = (snapshot: Snapshot, ...volumes: PersistentVolume[]): Snapshot => {
  snapshot.objects.persistentvolumes.push(...volumes);
  return snapshot;
};

const NOBODY_PROVISIONS =
  "Waiting for a volume to be created either by the external provisioner 'ebs.csi.aws.com' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.";

/** Bound late, once the pod has a node: its class waits for the first consumer. */
const waitsForPod = (reason: string): Snapshot => {
  const snapshot = claimSays(
    withClaim(pendingClaim('gp3')),
    'WaitForFirstConsumer',
    'waiting for first consumer to be created before binding',
  );
  for (const each of snapshot.objects.storageclasses) each.volumeBindingMode = 'WaitForFirstConsumer';
  return schedulerSays(snapshot, reason);
};

/** Volumes that pods claim and do not get. */
export const claims = {
  'pvc-missing': {
    positive: [
      { when: 'it was never made', at, severity: 'P0', shows: 'not found', build: () => withClaim() },
      {
        when: 'claims may not be read, and the scheduler says it',
        at: inPodsOf('otlp-app'),
        severity: 'P0',
        shows: 'persistentvolumeclaim "data" not found',
        build: () => {
          const snapshot = withClaim();
          snapshot.coverage.notChecked.push({ check: 'persistentvolumeclaims', why: 'forbidden' });
          return snapshot;
        },
      },
      {
        when: 'it is being deleted, and no new pod may use it',
        at,
        severity: 'P0',
        build: () => {
          const snapshot = schedulerSays(
            withClaim(pendingClaim('gp3')),
            '0/3 nodes are available: persistentvolumeclaim "data" is being deleted. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
          );
          for (const claim of snapshot.objects.persistentvolumeclaims) {
            Object.assign(claim.metadata, { deletionTimestamp: ago(8), finalizers: ['kubernetes.io/pvc-protection'] });
            Object.assign(claim, BOUND);
          }
          return snapshot;
        },
      },
    ],
    nearMiss: [
      {
        why: 'it is there, and waits for its volume',
        roots: ['pvc-pending'],
        build: () => withClaim(pendingClaim('gp3')),
      },
      {
        why: 'one of the same name is missing from another namespace only',
        roots: [],
        build: () => {
          const snapshot = withClaim(BOUND);
          const [pod] = podsOf(snapshot, 'otlp-app');
          if (pod)
            snapshot.objects.pods.push({
              ...structuredClone(pod),
              metadata: { name: 'elsewhere', namespace: 'other', uid: 'uid-elsewhere' },
            });
          return snapshot;
        },
      },
    ],
    notApplicable: [
      noClaims,
      { why: 'neither claims nor pods may be read', unread: ['persistentvolumeclaims', 'pods'] },
    ],
  },
  'pvc-pending': {
    positive: [
      {
        when: 'the driver may not make volumes',
        at,
        severity: 'P0',
        shows: 'UnauthorizedOperation',
        build: () =>
          claimSays(
            withClaim(pendingClaim('gp3')),
            'ProvisioningFailed',
            'failed to provision volume with StorageClass "gp3": rpc error: code = Internal desc = Could not create volume "pvc-0a1b2c3d": could not create volume in EC2: operation error EC2: CreateVolume, https response error StatusCode: 403, api error UnauthorizedOperation: You are not authorized to perform this operation.',
          ),
      },
      {
        when: 'no driver answers',
        at,
        severity: 'P0',
        shows: 'provisioner is running',
        build: () => claimSays(withClaim(pendingClaim('gp3')), 'ExternalProvisioning', NOBODY_PROVISIONS),
      },
      { when: 'nobody says why', at, severity: 'P0', shows: 'Pending', build: () => withClaim(pendingClaim('gp3')) },
      {
        when: 'claims may not be read, and the scheduler says it',
        at: inPodsOf('otlp-app'),
        severity: 'P0',
        shows: 'unbound immediate PersistentVolumeClaims',
        build: () => {
          const snapshot = withClaim(pendingClaim('gp3'));
          snapshot.objects.persistentvolumeclaims = [];
          snapshot.coverage.notChecked.push({ check: 'persistentvolumeclaims', why: 'forbidden' });
          return snapshot;
        },
      },
    ],
    nearMiss: [
      {
        why: 'it waits for its pod to be placed, and the nodes are full',
        roots: ['unschedulable-insufficient-cpu'],
        build: () =>
          waitsForPod(
            '0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.',
          ),
      },
      {
        why: 'nobody uses it yet',
        roots: [],
        build: () => {
          const snapshot = healthyNamespace();
          snapshot.objects.persistentvolumeclaims = [
            { metadata: { name: 'spare', namespace: NAMESPACE }, ...pendingClaim('gp3') },
          ];
          return snapshot;
        },
      },
      {
        why: 'its class does not exist',
        roots: ['storageclass-missing'],
        build: () => withClaim(pendingClaim('fast')),
      },
    ],
    notApplicable: [
      noClaims,
      { why: 'neither claims nor pods may be read', unread: ['persistentvolumeclaims', 'pods'] },
    ],
  },
  'pvc-lost': {
    positive: [
      {
        when: 'its volume was deleted, and new pods find no node',
        at,
        severity: 'P0',
        shows: 'Lost',
        build: () => {
          const snapshot = withClaim({
            spec: { storageClassName: 'gp3', volumeName: 'pv-1' },
            status: { phase: 'Lost' },
          });
          claimSays(snapshot, 'ClaimLost', 'Bound claim has lost its PersistentVolume. Data on the volume is lost!');
          return schedulerSays(
            snapshot,
            '0/3 nodes are available: persistentvolumeclaim "data" bound to non-existent persistentvolume "pv-1". preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
          );
        },
      },
    ],
    nearMiss: [
      {
        why: 'its volume is released by an earlier claim',
        roots: ['pv-failed-or-released'],
        build: () => withVolume(withClaim(pendingClaim('gp3')), volume('pv-1', 'data', { phase: 'Released' })),
      },
    ],
    notApplicable: [noClaims, { why: 'claims may not be read', unread: ['persistentvolumeclaims'] }],
  },
  'storageclass-missing': {
    positive: [
      {
        when: 'it names a class that is not there',
        at,
        severity: 'P0',
        shows: 'fast',
        build: () =>
          claimSays(
            withClaim(pendingClaim('fast')),
            'ProvisioningFailed',
            'storageclass.storage.k8s.io "fast" not found',
          ),
      },
      {
        when: 'classes may not be read, and the controller says it',
        at,
        severity: 'P0',
        shows: 'storageclass.storage.k8s.io "fast" not found',
        build: () => {
          const snapshot = claimSays(
            withClaim(pendingClaim('fast')),
            'ProvisioningFailed',
            'storageclass.storage.k8s.io "fast" not found',
          );
          snapshot.objects.storageclasses = [];
          snapshot.coverage.notChecked.push({ check: 'storageclasses', why: 'forbidden' });
          return snapshot;
        },
      },
      {
        when: 'it names none, and there is no default',
        at,
        severity: 'P0',
        shows: 'not set',
        build: () =>
          claimSays(
            withClaim(pendingClaim(), ['gp2']),
            'FailedBinding',
            'no persistent volumes available for this claim and no storage class is set',
          ),
      },
    ],
    nearMiss: [
      {
        why: 'a class that is only a name, for volumes made by hand',
        roots: ['pvc-pending'],
        build: () =>
          withVolume(withClaim(pendingClaim('fast')), {
            metadata: { name: 'pv-9' },
            spec: { storageClassName: 'fast' },
            status: { phase: 'Bound' },
          }),
      },
      { why: 'it names none, and there is a default', roots: ['pvc-pending'], build: () => withClaim(pendingClaim()) },
    ],
    notApplicable: [noClaims, { why: 'neither classes nor events may be read', unread: ['storageclasses', 'events'] }],
  },
  'pv-failed-or-released': {
    positive: [
      {
        when: 'an earlier claim of the same name has left it behind',
        at: { subject: { kind: 'PersistentVolume', name: 'pv-1' }, owner: { kind: 'Deployment', name: 'otlp-app' } },
        severity: 'P0',
        shows: 'Released',
        build: () => withVolume(withClaim(pendingClaim('gp3')), volume('pv-1', 'data', { phase: 'Released' })),
      },
      {
        when: 'its reclaim failed',
        at: { subject: { kind: 'PersistentVolume', name: 'pv-1' } },
        severity: 'P0',
        shows: 'VolumeInUse',
        build: () =>
          withVolume(
            withClaim(pendingClaim('gp3')),
            volume('pv-1', 'data', {
              phase: 'Failed',
              message:
                'rpc error: code = Internal desc = Could not delete volume ID "vol-0a1b": VolumeInUse: Volume vol-0a1b is currently attached to i-0c2d',
            }),
          ),
      },
      {
        when: 'the claim got another volume since',
        at: { subject: { kind: 'PersistentVolume', name: 'pv-0' } },
        as: 'advice',
        build: () =>
          withVolume(
            withClaim(BOUND),
            volume('pv-0', 'data', { phase: 'Released' }),
            volume('pv-1', 'data', { phase: 'Bound' }),
          ),
      },
    ],
    nearMiss: [
      {
        why: 'those of another claim and another namespace',
        roots: [],
        build: () =>
          withVolume(
            withClaim(BOUND),
            volume('pv-2', 'data', { phase: 'Released' }, 'other'),
            volume('pv-3', 'old', { phase: 'Failed' }),
          ),
      },
    ],
    notApplicable: [noClaims, { why: 'volumes may not be read', unread: ['persistentvolumes'] }],
  },
  'volume-zone-conflict': {
    positive: [
      {
        when: 'no node is in the zone of the volume',
        at: inPodsOf('otlp-app'),
        severity: 'P0',
        shows: 'volume node affinity conflict',
        build: () =>
          schedulerSays(
            bindsLate(),
            '0/3 nodes are available: 3 node(s) had volume node affinity conflict. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
          ),
      },
      {
        when: 'the words of newer schedulers, and the node of the zone is cordoned',
        at: inPodsOf('otlp-app'),
        severity: 'P0',
        build: () =>
          schedulerSays(
            bindsLate(),
            "0/3 nodes are available: 1 node(s) were unschedulable, 2 node(s) didn't match PersistentVolume's node affinity. no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
          ),
      },
    ],
    nearMiss: [
      {
        why: 'the labels that the pod asks for are in no zone',
        roots: ['unschedulable-affinity'],
        build: () =>
          schedulerSays(
            bindsLate(),
            "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
          ),
      },
    ],
    notApplicable: [{ why: 'pods may not be read', unread: ['pods'] }],
  },
} satisfies Cases;

/** The claim has its volume; only the pods have no node. */
function bindsLate(): Snapshot {
  const snapshot = withClaim(pendingClaim('gp3'));
  for (const claim of snapshot.objects.persistentvolumeclaims) Object.assign(claim, BOUND);
  return snapshot;
}
