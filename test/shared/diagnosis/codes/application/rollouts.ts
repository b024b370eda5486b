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
  withoutDeployment,
} from '#test/support/faults.ts';
import { healthyNamespace, sandboxTarget, settle, wholeNamespace } from '#test/support/namespace.ts';
import { type Cases, the } from '../case.ts';

const at = the('Deployment', 'otlp-app');
const NOT_FOUND =
  'rpc error: code = NotFound desc = failed to pull and unpack image "registry.example.com/otlp-app:1.5.0": failed to resolve reference "registry.example.com/otlp-app:1.5.0": registry.example.com/otlp-app:1.5.0: not found';

const conditionsOf = (snapshot: Snapshot) => deploymentOf(snapshot, 'otlp-app').status?.conditions;

/** A rollout to an image that is not there, begun so many minutes ago. */
function rolling(minutes: number): Snapshot {
  const snapshot = healthyNamespace();
  const made = rollOut(
    snapshot,
    'otlp-app',
    (container) => {
      container.image = 'registry.example.com/otlp-app:1.5.0';
    },
    minutes,
  );
  return pullFails(snapshot, [made], NOT_FOUND);
}

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

/** Pods of the application wait for something that nobody says. */
const waits = (count: number, minutes: number): Snapshot => {
  const snapshot = healthyNamespace();
  const pods = podsOf(snapshot, 'otlp-app').slice(0, count);
  return waiting(snapshot, pods, 'ContainerCreating', undefined, minutes);
};

/** A pause in which the image of the template was changed, or nothing. */
function paused(pending: boolean): Snapshot {
  const snapshot = healthyNamespace();
  const { spec } = deploymentOf(snapshot, 'otlp-app');
  spec.paused = true;
  setCondition(
    conditionsOf(snapshot),
    { type: 'Progressing', status: 'Unknown', reason: 'DeploymentPaused', message: 'Deployment is paused' },
    30,
  );
  if (pending)
    spec.template = {
      ...spec.template,
      spec: {
        ...spec.template.spec,
        containers: spec.template.spec.containers.map((each) => ({
          ...each,
          image: 'registry.example.com/otlp-app:1.5.0',
        })),
      },
    };
  return snapshot;
}

const history = (limit: number): Snapshot => {
  const snapshot = healthyNamespace();
  deploymentOf(snapshot, 'otlp-app').spec.revisionHistoryLimit = limit;
  return snapshot;
};

/** What became of a Deployment and its rollouts, whatever its pods suffer from. */
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
  'rollback-unavailable': {
    positive: [
      { when: 'no history is kept', at, as: 'advice', shows: '0', build: () => history(0) },
      {
        when: 'restarts have used the history up',
        at,
        as: 'advice',
        build: () => {
          const snapshot = history(1);
          for (const { spec, metadata } of snapshot.objects.replicasets) {
            if (metadata.ownerReferences?.[0]?.name !== 'otlp-app') continue;
            spec.template.spec = structuredClone(deploymentOf(snapshot, 'otlp-app').spec.template.spec);
            spec.template.metadata = {
              ...spec.template.metadata,
              annotations: { 'kubectl.kubernetes.io/restartedAt': metadata.name },
            };
          }
          return snapshot;
        },
      },
    ],
    nearMiss: [
      { why: 'the default history', roots: [], build: () => history(10) },
      {
        why: 'a first revision has no older one',
        roots: [],
        build: () => {
          const snapshot = healthyNamespace();
          const { objects } = snapshot;
          objects.replicasets = objects.replicasets.filter(({ metadata }) => metadata.name !== 'otlp-app-7d4f9c1');
          return snapshot;
        },
      },
    ],
    notApplicable: [
      { why: 'Deployments may not be read', unread: ['deployments'] },
      { why: 'ReplicaSets may not be read, and there may be some', build: () => history(1), unread: ['replicasets'] },
    ],
  },
  'deployment-paused': {
    positive: [
      { when: 'a change waits behind it', at, severity: 'P2', shows: 'true', build: () => paused(true) },
      { when: 'nothing waits behind it', at, as: 'advice', build: () => paused(false) },
    ],
    nearMiss: [{ why: 'a rollout that is slow, but goes on', roots: ['image-not-found'], build: () => rolling(5) }],
    notApplicable: [{ why: 'Deployments may not be read', unread: ['deployments'] }],
  },
  'deployment-scaled-to-zero': {
    positive: [
      {
        when: 'it is what the target asks about',
        at,
        severity: 'P0',
        shows: '0',
        build: () => scaleToZero('otlp-app', healthyNamespace()),
      },
      {
        when: 'it is what the target sends to',
        at: the('Deployment', 'otel-collector'),
        severity: 'P1',
        build: () => scaleToZero('otel-collector', healthyNamespace()),
      },
      {
        when: 'it is one of a whole namespace, and may well sleep',
        at,
        as: 'advice',
        target: wholeNamespace(),
        build: () => scaleToZero('otlp-app', healthyNamespace()),
      },
    ],
    nearMiss: [
      { why: 'replicas are wanted, and none is there', build: () => waits(2, 12) },
      {
        why: 'nothing is said of replicas: that is one',
        build: () => {
          const snapshot = healthyNamespace();
          delete deploymentOf(snapshot, 'otlp-app').spec.replicas;
          return snapshot;
        },
      },
    ],
    notApplicable: [{ why: 'Deployments may not be read', unread: ['deployments'] }],
  },
  'workload-missing': {
    positive: [
      {
        when: 'the target names it, and it is not there',
        at,
        severity: 'P0',
        shows: 'not found',
        build: () => withoutDeployment('otlp-app', healthyNamespace()),
      },
      {
        when: 'the Collector is not there, and its Service is',
        at: the('Deployment', 'otel-collector'),
        build: () => withoutDeployment('otel-collector', healthyNamespace()),
      },
      {
        when: 'a StatefulSet that nobody has',
        at: the('StatefulSet', 'otlp-store'),
        severity: 'P0',
        target: sandboxTarget({ workloads: ['statefulset/otlp-store'] }),
        build: healthyNamespace,
      },
    ],
    nearMiss: [
      {
        why: 'a whole namespace has what it has',
        target: wholeNamespace(),
        build: () => withoutDeployment('otlp-app', healthyNamespace()),
      },
      { why: 'it is there without a pod', build: () => scaleToZero('otlp-app', healthyNamespace()) },
    ],
    notApplicable: [{ why: 'Deployments may not be read', unread: ['deployments'] }],
  },
} satisfies Cases;
