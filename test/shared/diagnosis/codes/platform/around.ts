import type { Pod } from '#shared/domain/kubernetes.ts';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import { emptyObjects } from '#shared/snapshot/empty.ts';
import { podsOf, setCondition, waiting } from '#test/support/faults.ts';
import { ago, healthyNamespace, NAMESPACE, settle } from '#test/support/namespace.ts';
import { surrounded } from '#test/support/surroundings.ts';
import { type Cases, type Positive, the } from '../case.ts';

const deployment = the('Deployment', 'otlp-app');
const unreadPods = { why: 'pods may not be read', unread: ['pods'] } as const;

/** The whole of it has gone, as `kubectl get` then shows nothing. */
function withoutNamespace(): Snapshot {
  const snapshot = healthyNamespace();
  const { nodes } = snapshot.objects;
  return { ...snapshot, objects: { ...emptyObjects(), nodes }, secrets: [], configFacts: [] };
}

function terminating(pods: boolean): Snapshot {
  const snapshot = healthyNamespace();
  const [namespace] = snapshot.objects.namespaces;
  if (namespace) {
    namespace.metadata.deletionTimestamp = ago(3);
    Object.assign(namespace, { status: { phase: 'Terminating' } });
  }
  if (pods) return snapshot;
  snapshot.objects.pods = [];
  snapshot.objects.deployments = [];
  snapshot.objects.replicasets = [];
  return settle(snapshot);
}

/** The metrics API as the aggregator of the API server finds it. */
function metricsApi(reason: string, message: string, autoscaler = false): Snapshot {
  const snapshot = surrounded(healthyNamespace());
  const { objects } = snapshot;
  objects.apiservices = [
    {
      metadata: { name: 'v1beta1.metrics.k8s.io' },
      spec: { service: { namespace: 'kube-system', name: 'metrics-server' } },
      status: { conditions: [{ type: 'Available', status: 'False', reason, message, lastTransitionTime: ago(20) }] },
    },
  ];
  if (!autoscaler) objects.horizontalpodautoscalers = [];
  else noMetrics(snapshot);
  return snapshot;
}

function noMetrics({ objects }: Snapshot): void {
  for (const { status } of objects.horizontalpodautoscalers)
    setCondition(
      status?.conditions,
      {
        type: 'ScalingActive',
        status: 'False',
        reason: 'FailedGetResourceMetric',
        message:
          'the HPA was unable to compute the replica count: failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server is currently unable to handle the request (get pods.metrics.k8s.io)',
      },
      18,
    );
}

const MISSING_ENDPOINTS =
  'endpointslices for service/metrics-server in "kube-system" have no addresses with port name "https"';

/** The platform takes the first replica, and its successor starts. */
function disrupted(reason: string, message: string, { minutes = 1, phase = 'Running', why = '' } = {}): Snapshot {
  const snapshot = healthyNamespace();
  const [pod] = podsOf(snapshot, 'otlp-app');
  if (!pod) throw new Error('no pod');
  const old: Pod = structuredClone(pod);
  setCondition(old.status?.conditions, { type: 'Ready', status: 'False' }, minutes);
  old.status?.conditions?.push({
    type: 'DisruptionTarget',
    status: 'True',
    reason,
    message,
    lastTransitionTime: ago(minutes),
  });
  Object.assign(old.status ?? {}, { phase, ...(why && { reason: why, message }) });
  if (phase === 'Running') old.metadata.deletionTimestamp = ago(minutes - 0.5);
  pod.metadata = { ...pod.metadata, name: `${pod.metadata.name}-new`, uid: 'uid-new', creationTimestamp: ago(0.3) };
  snapshot.objects.pods.push(old);
  return waiting(snapshot, [pod], 'ContainerCreating', undefined, 0.3);
}

const taken = (when: string, reason: string, message: string, options = {}): Positive => ({
  when,
  at: deployment,
  severity: 'P2',
  shows: message,
  build: () => disrupted(reason, message, options),
});

const DRAIN = ['EvictionByEvictionAPI', 'Eviction API: evicting'] as const;

/** What stands around the workload: its namespace, the metrics API, who takes its pods. */
export const around = {
  'namespace-missing-or-terminating': {
    positive: [
      {
        when: 'there is none of that name',
        at: the('Namespace', NAMESPACE),
        severity: 'P0',
        shows: NAMESPACE,
        build: withoutNamespace,
      },
      {
        when: 'it is being deleted, and its pods are still there',
        at: the('Namespace', NAMESPACE),
        severity: 'P0',
        shows: 'Terminating',
        build: () => terminating(true),
      },
      {
        when: 'it is being deleted, and nothing is left in it',
        at: the('Namespace', NAMESPACE),
        severity: 'P0',
        build: () => terminating(false),
      },
    ],
    nearMiss: [
      {
        why: 'it is there, and the workload is not',
        roots: ['workload-missing'],
        build: () => {
          const snapshot = healthyNamespace();
          snapshot.objects.deployments = snapshot.objects.deployments.filter(
            ({ metadata }) => metadata.name !== 'otlp-app',
          );
          snapshot.objects.replicasets = snapshot.objects.replicasets.filter(
            ({ metadata }) => !metadata.name.startsWith('otlp-app'),
          );
          snapshot.objects.pods = snapshot.objects.pods.filter(({ metadata }) => metadata.labels?.app !== 'otlp-app');
          return settle(snapshot);
        },
      },
      {
        why: 'another namespace is being deleted',
        roots: [],
        build: () => {
          const snapshot = healthyNamespace();
          const other = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', deletionTimestamp: ago(3) } };
          snapshot.objects.namespaces.push(Object.assign(other, { status: { phase: 'Terminating' } }));
          return snapshot;
        },
      },
    ],
    notApplicable: [{ why: 'namespaces may not be read', unread: ['namespaces'] }],
  },
  'metrics-server-unavailable': {
    positive: [
      {
        when: 'it has no pod, and an autoscaler waits',
        at: the('APIService', 'v1beta1.metrics.k8s.io'),
        severity: 'P2',
        shows: MISSING_ENDPOINTS,
        build: () => metricsApi('MissingEndpoints', MISSING_ENDPOINTS, true),
      },
      {
        when: 'it does not answer, and nobody waits',
        at: the('APIService', 'v1beta1.metrics.k8s.io'),
        as: 'advice',
        build: () =>
          metricsApi(
            'FailedDiscoveryCheck',
            'failing or missing response from https://10.100.7.9:443/apis/metrics.k8s.io/v1beta1: Get "https://10.100.7.9:443/apis/metrics.k8s.io/v1beta1": context deadline exceeded',
          ),
      },
      {
        when: 'there is none, and an autoscaler waits',
        at: the('APIService', 'v1beta1.metrics.k8s.io'),
        severity: 'P2',
        build: () => {
          const snapshot = metricsApi('MissingEndpoints', MISSING_ENDPOINTS, true);
          snapshot.objects.apiservices = [];
          snapshot.coverage.checked.push('apiservices');
          return snapshot;
        },
      },
    ],
    nearMiss: [
      { why: 'it answers', roots: [], build: () => surrounded(healthyNamespace()) },
      {
        why: 'it is the API of other metrics that does not answer',
        roots: [],
        build: () => {
          const snapshot = surrounded(healthyNamespace());
          snapshot.objects.apiservices.push({
            metadata: { name: 'v1beta1.external.metrics.k8s.io' },
            status: { conditions: [{ type: 'Available', status: 'False', reason: 'MissingEndpoints' }] },
          });
          return snapshot;
        },
      },
      { why: 'there is none, and nobody scales by it', roots: [], build: healthyNamespace },
    ],
    notApplicable: [{ why: 'API services may not be read', unread: ['apiservices'] }],
  },
  'pod-disrupted-by-platform': {
    positive: [
      taken('a drain', ...DRAIN),
      taken('a taint of its node', 'DeletionByTaintManager', 'Taint manager: deleting due to NoExecute taint'),
      taken('its node is gone', 'DeletionByPodGC', 'PodGC: node no longer exists'),
      taken(
        'its node is shut down',
        'TerminationByKubelet',
        'Pod was terminated in response to imminent node shutdown.',
        { phase: 'Failed', why: 'Terminated' },
      ),
    ],
    nearMiss: [
      {
        why: 'it had to go for another pod',
        build: () =>
          disrupted('PreemptionByScheduler', 'default-scheduler: preempting to accommodate a higher priority pod'),
      },
      {
        why: 'its node was short of memory',
        build: () =>
          disrupted('TerminationByKubelet', 'The node was low on resource: memory. ', {
            phase: 'Failed',
            why: 'Evicted',
          }),
      },
      {
        why: 'all replicas serve again',
        roots: [],
        build: () => {
          const snapshot = disrupted(...DRAIN);
          const before = podsOf(healthyNamespace(), 'otlp-app')[0];
          const [pod] = podsOf(snapshot, 'otlp-app');
          if (pod && before) Object.assign(pod, { status: before.status });
          return settle(snapshot);
        },
      },
    ],
    notApplicable: [unreadPods],
  },
} satisfies Cases;
