import type { PodMetrics } from '#shared/domain/kubernetes.ts';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import { deploymentOf, everWith, podsOf, serviceOf, unready } from '#test/support/faults.ts';
import { ago, healthyNamespace, NAMESPACE, settle } from '#test/support/namespace.ts';
import { surrounded } from '#test/support/surroundings.ts';
import { type Cases, inPodsOf, the } from '../case.ts';

const inApp = inPodsOf('otlp-app', 'app');

/** What metrics-server says of both pods; the limits are 500m and 256Mi. */
function using(
  usage: Record<string, string>,
  limits: Record<string, string> = { cpu: '500m', memory: '256Mi' },
): Snapshot {
  const snapshot = healthyNamespace();
  everWith(snapshot, 'otlp-app', (container) => {
    container.resources = { requests: { cpu: '100m', memory: '128Mi' }, limits };
  });
  snapshot.objects.podmetrics = podsOf(snapshot, 'otlp-app').map(
    ({ metadata }): PodMetrics => ({
      metadata: { name: metadata.name, namespace: NAMESPACE },
      timestamp: ago(0.2),
      window: '15s',
      containers: [{ name: 'app', usage }],
    }),
  );
  return snapshot;
}

const resources = (given: { requests?: Record<string, string>; limits?: Record<string, string> }): Snapshot =>
  everWith(healthyNamespace(), 'otlp-app', (container) => {
    container.resources = given;
  });

/** One replica of the application, well. */
function alone(): Snapshot {
  const snapshot = healthyNamespace();
  deploymentOf(snapshot, 'otlp-app').spec.replicas = 1;
  const [, second] = podsOf(snapshot, 'otlp-app');
  snapshot.objects.pods = snapshot.objects.pods.filter((pod) => pod !== second);
  return settle(snapshot);
}

/** What is not wrong yet. */
export const advice = {
  'cpu-saturated': {
    positive: [
      {
        when: 'it uses all that it may',
        at: inApp,
        as: 'advice',
        shows: '489123456n',
        build: () => using({ cpu: '489123456n', memory: '100Mi' }),
      },
      {
        when: 'throttled, it does not answer its probe in time',
        at: inApp,
        severity: 'P0',
        build: () => {
          const snapshot = using({ cpu: '499m', memory: '100Mi' });
          return unready(
            snapshot,
            podsOf(snapshot, 'otlp-app'),
            'Readiness probe failed: Get "http://10.0.1.5:8080/health": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
          );
        },
      },
    ],
    nearMiss: [
      { why: 'four fifths of the limit', roots: [], build: () => using({ cpu: '400m', memory: '100Mi' }) },
      {
        why: 'much, and no limit',
        roots: [],
        build: () => using({ cpu: '3900m', memory: '100Mi' }, { memory: '256Mi' }),
      },
    ],
    notApplicable: [{ why: 'the metrics API does not answer', unread: ['podmetrics'] }],
  },
  'memory-near-limit': {
    positive: [
      {
        when: 'a little more, and the kernel kills it',
        at: inApp,
        as: 'advice',
        shows: '250000Ki',
        build: () => using({ cpu: '1m', memory: '250000Ki' }),
      },
    ],
    nearMiss: [
      { why: 'four fifths of the limit', roots: [], build: () => using({ cpu: '1m', memory: '205Mi' }) },
      {
        why: 'far above the request, which is no limit',
        roots: [],
        build: () => using({ cpu: '1m', memory: '2Gi' }, { cpu: '500m' }),
      },
    ],
    notApplicable: [{ why: 'the metrics API does not answer', unread: ['podmetrics'] }],
  },
  'resources-unset': {
    positive: [
      {
        when: 'nothing is set',
        at: { subject: { kind: 'Deployment', name: 'otlp-app', container: 'app' } },
        as: 'advice',
        shows: 'not set',
        build: () => resources({}),
      },
      {
        when: 'no memory limit',
        at: { subject: { kind: 'Deployment', name: 'otlp-app', container: 'app' } },
        as: 'advice',
        build: () => resources({ requests: { cpu: '100m', memory: '128Mi' } }),
      },
      {
        when: 'the autoscaler has nothing to measure against',
        at: { subject: { kind: 'Deployment', name: 'otlp-app', container: 'app' } },
        severity: 'P2',
        build: () => {
          const snapshot = surrounded(resources({ limits: { memory: '256Mi' } }));
          Object.assign(snapshot.objects.horizontalpodautoscalers[0]?.status ?? {}, {
            conditions: [
              {
                type: 'AbleToScale',
                status: 'True',
                reason: 'SucceededGetScale',
                message: "the HPA controller was able to get the target's current scale",
              },
              {
                type: 'ScalingActive',
                status: 'False',
                reason: 'FailedGetResourceMetric',
                message:
                  'the HPA was unable to compute the replica count: failed to get cpu utilization: missing request for cpu in container app of Pod otlp-app-7d4f9c2-aaaaa',
                lastTransitionTime: ago(40),
              },
            ],
          });
          return snapshot;
        },
      },
    ],
    nearMiss: [
      {
        why: 'a limit is its own request',
        roots: [],
        build: () => resources({ limits: { cpu: '500m', memory: '256Mi' } }),
      },
      {
        why: 'CPU without a limit is how many run it by intent',
        roots: [],
        build: () => resources({ requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } }),
      },
    ],
    notApplicable: [{ why: 'Deployments may not be read', unread: ['deployments'] }],
  },
  'single-replica-no-redundancy': {
    positive: [
      {
        when: 'one replica behind a Service',
        at: the('Deployment', 'otlp-app'),
        as: 'advice',
        shows: '1',
        build: alone,
      },
    ],
    nearMiss: [
      { why: 'two replicas', roots: [], build: healthyNamespace },
      {
        why: 'one replica that nobody asks anything of',
        build: () => {
          const snapshot = alone();
          const { objects } = snapshot;
          objects.services = objects.services.filter((one) => one !== serviceOf(snapshot, 'otlp-app-service'));
          return snapshot;
        },
      },
    ],
    notApplicable: [{ why: 'Deployments may not be read', unread: ['deployments'] }],
  },
} satisfies Cases;
