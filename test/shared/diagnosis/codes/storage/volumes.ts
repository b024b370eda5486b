import type { Snapshot } from '#shared/domain/snapshot.ts';
import { BOUND, claimSays, pendingClaim, withClaim } from '#test/support/claims.ts';
import { healthyNamespace } from '#test/support/namespace.ts';
import { type Cases, inPodsOf, type Place } from '../case.ts';
import { schedulerSays, volume, withVolume } from './claiming.ts';

const at: Place = {
  subject: { kind: 'PersistentVolumeClaim', name: 'data' },
  owner: { kind: 'Deployment', name: 'otlp-app' },
};

const noClaims = { why: 'no pod has a claim', build: healthyNamespace };

/** The claim has its volume; only the pods have no node. */
function bindsLate(): Snapshot {
  const snapshot = withClaim(pendingClaim('gp3'));
  for (const claim of snapshot.objects.persistentvolumeclaims) Object.assign(claim, BOUND);
  return snapshot;
}

/** Volumes that no claim can have, or no node. */
export const volumes = {
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
