import type { Snapshot } from '#shared/domain/snapshot.ts';
import { deploymentOf, scaleToZero, setCondition, withoutDeployment } from '#test/support/faults.ts';
import { healthyNamespace, sandboxTarget, wholeNamespace } from '#test/support/namespace.ts';
import { type Cases, the } from '../case.ts';
import { conditionsOf, rolling, waits } from './rolling.ts';

const at = the('Deployment', 'otlp-app');

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

/** What somebody has made of a workload, whatever its pods suffer from. */
export const workloads = {
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
        whole: [],
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
        whole: [],
        at,
        severity: 'P0',
        shows: 'not found',
        build: () => withoutDeployment('otlp-app', healthyNamespace()),
      },
      {
        when: 'the Collector is not there, and its Service is',
        whole: ['service-selector-matches-nothing'],
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
