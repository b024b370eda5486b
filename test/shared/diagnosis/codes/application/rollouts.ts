import type { Snapshot } from '#shared/domain/snapshot.ts';
import {
  deploymentOf,
  event,
  podsOf,
  pullFails,
  rollOut,
  scaleToZero,
  setCondition,
  waiting,
} from '#test/support/faults.ts';
import { healthyNamespace, settle } from '#test/support/namespace.ts';
import { type Cases, the } from '../case.ts';
import { conditionsOf, NOT_FOUND, rolling, waits } from './rolling.ts';

const at = the('Deployment', 'otlp-app');

const deadlinePassed = (snapshot: Snapshot): Snapshot => {
  const message = 'ReplicaSet "otlp-app-7d4f9c3" has timed out progressing.';
  setCondition(
    conditionsOf(snapshot),
    { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message },
    10,
  );
  return snapshot;
};

/** The API server refuses the pods of the newest revision. */
function refused(message: string): Snapshot {
  const snapshot = healthyNamespace();
  const made = rollOut(snapshot, 'otlp-app', (container) => {
    container.image = 'registry.example.com/otlp-app:1.5.0';
  });
  snapshot.objects.pods = snapshot.objects.pods.filter((pod) => pod !== made);
  settle(snapshot);
  const set = snapshot.objects.replicasets.at(-1);
  setCondition(conditionsOf(snapshot), { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message }, 9);
  return set
    ? event(snapshot, { kind: 'ReplicaSet', metadata: set.metadata }, 'FailedCreate', `Error creating: ${message}`)
    : snapshot;
}

/** Rollouts that do not come to an end. */
export const rollouts = {
  'deployment-progress-deadline': {
    positive: [
      {
        when: 'the new pods have no image',
        at,
        severity: 'P2',
        as: 'symptom of image-not-found',
        shows: 'has timed out progressing',
        build: () => deadlinePassed(rolling(20)),
      },
      {
        when: 'pods may not be read, and the controller alone says it',
        at,
        severity: 'P2',
        shows: 'ProgressDeadlineExceeded',
        build: () => {
          const snapshot = deadlinePassed(rolling(20));
          snapshot.objects.pods = [];
          snapshot.objects.replicasets = [];
          snapshot.coverage.notChecked.push(
            { check: 'pods', why: 'forbidden' },
            { check: 'replicasets', why: 'forbidden' },
          );
          return snapshot;
        },
      },
    ],
    nearMiss: [
      {
        why: 'the reason has stayed after an undo that is complete',
        roots: [],
        build: () => deadlinePassed(healthyNamespace()),
      },
      { why: 'the rollout has its time still', roots: ['image-not-found'], build: () => rolling(5) },
    ],
    notApplicable: [{ why: 'Deployments may not be read', unread: ['deployments'] }],
  },
  'deployment-replica-failure': {
    positive: [
      {
        when: 'a quota is used up',
        at,
        severity: 'P2',
        as: 'symptom of quota-exceeded',
        shows: 'exceeded quota',
        build: () =>
          refused(
            'pods "otlp-app-7d4f9c3-x7k2p" is forbidden: exceeded quota: compute, requested: limits.memory=256Mi, used: limits.memory=2Gi, limited: limits.memory=2Gi',
          ),
      },
      {
        when: 'for a reason that nobody knows yet',
        because: /etcdserver/,
        at,
        severity: 'P2',
        shows: 'etcdserver',
        build: () => refused('Internal error occurred: etcdserver: mvcc: database space exceeded'),
      },
    ],
    nearMiss: [
      {
        why: 'pods were refused for a moment, and are all there now',
        roots: [],
        build: () => {
          const snapshot = healthyNamespace();
          const set = snapshot.objects.replicasets[1];
          return set
            ? event(
                snapshot,
                { kind: 'ReplicaSet', metadata: set.metadata },
                'FailedCreate',
                'Error creating: Internal error occurred: resource quota evaluation timed out',
                { since: 40, last: 39 },
              )
            : snapshot;
        },
      },
    ],
    notApplicable: [{ why: 'Deployments may not be read', unread: ['deployments'] }],
  },
  'deployment-unavailable': {
    positive: [
      {
        when: 'its pods have no image',
        at,
        severity: 'P0',
        as: 'symptom of image-not-found',
        build: () => {
          const snapshot = healthyNamespace();
          return pullFails(snapshot, podsOf(snapshot, 'otlp-app'), NOT_FOUND);
        },
      },
      {
        when: 'a pod hangs and nobody says why',
        at,
        severity: 'P2',
        shows: 'ContainerCreating',
        build: () => waits(1, 12),
      },
      {
        when: 'all do, and pods may not be read',
        at,
        severity: 'P0',
        shows: 'MinimumReplicasUnavailable',
        build: () => {
          const snapshot = waits(2, 12);
          snapshot.objects.pods = [];
          snapshot.coverage.notChecked.push({ check: 'pods', why: 'forbidden' });
          return snapshot;
        },
      },
    ],
    nearMiss: [
      {
        why: 'a rollout adds a pod, and both old ones serve',
        roots: [],
        build: () => {
          const snapshot = healthyNamespace();
          const made = rollOut(snapshot, 'otlp-app', () => undefined, 0.5);
          return waiting(snapshot, [made], 'ContainerCreating', undefined, 0.5);
        },
      },
      {
        why: 'a pod of the rollout is ready, and minReadySeconds are not over yet',
        roots: [],
        build: () => {
          const snapshot = healthyNamespace();
          const owner = deploymentOf(snapshot, 'otlp-app');
          owner.spec.minReadySeconds = 60;
          const made = rollOut(snapshot, 'otlp-app', () => undefined, 3);
          setCondition(made.status?.conditions, { type: 'Ready', status: 'True' }, 0.4);
          Object.assign(snapshot.objects.replicasets.at(-1)?.status ?? {}, { availableReplicas: 0 });
          Object.assign(owner.status ?? {}, { availableReplicas: 1 });
          return snapshot;
        },
      },
      { why: 'it is asleep by intent', build: () => scaleToZero('otlp-app', healthyNamespace()) },
    ],
    notApplicable: [{ why: 'Deployments may not be read', unread: ['deployments'] }],
  },
  'rollout-mixed-revisions': {
    positive: [
      {
        when: 'the pod of the new revision has no image',
        at,
        severity: 'P2',
        as: 'symptom of image-not-found',
        build: () => rolling(30),
      },
      {
        when: 'both revisions are well, and the rollout does not go on',
        at,
        severity: 'P2',
        build: () => {
          const snapshot = healthyNamespace();
          rollOut(
            snapshot,
            'otlp-app',
            (container) => {
              container.image = 'registry.example.com/otlp-app:1.5.0';
            },
            40,
          );
          return snapshot;
        },
      },
    ],
    nearMiss: [
      { why: 'a rollout of three minutes ago', build: () => rolling(3) },
      { why: 'the old revision is kept at zero for a way back', roots: [], build: healthyNamespace },
    ],
    notApplicable: [{ why: 'ReplicaSets may not be read', unread: ['replicasets'] }],
  },
} satisfies Cases;
