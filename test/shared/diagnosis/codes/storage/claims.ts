import type { Snapshot } from '#shared/domain/snapshot.ts';
import { BOUND, claimSays, pendingClaim, withClaim } from '#test/support/claims.ts';
import { podsOf } from '#test/support/faults.ts';
import { ago, healthyNamespace, NAMESPACE } from '#test/support/namespace.ts';
import { type Cases, inPodsOf, type Place } from '../case.ts';
import { schedulerSays, volume, withVolume } from './claiming.ts';

const at: Place = {
  subject: { kind: 'PersistentVolumeClaim', name: 'data' },
  owner: { kind: 'Deployment', name: 'otlp-app' },
};

const noClaims = { why: 'no pod has a claim', build: healthyNamespace };

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

/** Each pod has a claim of its own, named after it; none of them gets its volume. */
function ephemeralPending(): Snapshot {
  const snapshot = withClaim(pendingClaim('gp3'));
  const { objects } = snapshot;
  objects.persistentvolumeclaims = podsOf(snapshot, 'otlp-app').map(({ metadata, spec }) => {
    spec.volumes = [
      ...(spec.volumes ?? []).filter(({ name }) => name !== 'data'),
      { name: 'data', ephemeral: { volumeClaimTemplate: {} } },
    ];
    return {
      metadata: { name: `${metadata.name}-data`, namespace: NAMESPACE, creationTimestamp: ago(20) },
      ...pendingClaim('gp3'),
    };
  });
  return snapshot;
}

/** It was bound to a volume once, or says so. */
const lost = (): Snapshot =>
  withClaim({ spec: { storageClassName: 'gp3', volumeName: 'pv-1' }, status: { phase: 'Lost' } });

/** Claims that have no volume. */
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
        because: /Somebody has deleted the claim/,
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
      {
        when: 'the claim of an ephemeral volume',
        at: { ...at, subject: { kind: 'PersistentVolumeClaim' } },
        severity: 'P0',
        shows: 'Pending',
        build: ephemeralPending,
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
          const snapshot = lost();
          claimSays(snapshot, 'ClaimLost', 'Bound claim has lost its PersistentVolume. Data on the volume is lost!');
          return schedulerSays(
            snapshot,
            '0/3 nodes are available: persistentvolumeclaim "data" bound to non-existent persistentvolume "pv-1". preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
          );
        },
      },
      {
        when: 'it was restored with the mark that it is bound, and its volume belongs to the one before',
        at,
        severity: 'P0',
        shows: 'Two claims are bound to the same volume',
        because: /an earlier claim of the same name/,
        build: () =>
          claimSays(
            withVolume(lost(), volume('pv-1', 'data', { phase: 'Released' })),
            'ClaimMisbound',
            'Two claims are bound to the same volume, this one is bound incorrectly',
          ),
      },
      {
        when: 'its volume serves a claim of another namespace',
        at,
        severity: 'P0',
        because: /claim staging\/data/,
        build: () => withVolume(lost(), volume('pv-1', 'data', { phase: 'Bound' }, 'staging')),
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
} satisfies Cases;
