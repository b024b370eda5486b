import type { CorpusCase } from '../case.ts';
import { crashLoop } from '../faults.ts';
import { appContainer, healthy } from '../healthy.ts';
import { autoscaler, clusterThing, service, thing } from '../things.ts';
import { ago, DAY } from '../time.ts';
import { deployment } from '../workloads.ts';
import type { World } from '../world.ts';

function keda(world: World): void {
  const namespace = 'keda';
  const name = 'keda-operator-metrics-apiserver';
  clusterThing(
    world,
    'v1',
    'Namespace',
    namespace,
    { spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } },
    { labels: { 'kubernetes.io/metadata.name': namespace } },
  );
  thing(world, 'v1', 'ServiceAccount', 'default', {}, { namespace });
  deployment(world, name, {
    namespace,
    replicas: 1,
    container: appContainer(name, {
      image: 'ghcr.io/kedacore/keda-metrics-apiserver:2.18.1',
      env: [],
      ports: [{ name: 'https', containerPort: 6443, protocol: 'TCP' }],
      livenessProbe: { httpGet: { path: '/healthz', port: 6443, scheme: 'HTTPS' } },
      readinessProbe: { httpGet: { path: '/readyz', port: 6443, scheme: 'HTTPS' } },
    }),
  });
  service(world, name, { app: name }, [{ name: 'https', port: 443, targetPort: 6443 }], { namespace });
}

/** Autoscalers and budgets beside what ails the pods. */
export const fieldAScaling: CorpusCase[] = [
  {
    name: 'external-metrics-do-not-answer-while-the-metrics-server-does',
    kind: 'single',
    source: 'https://github.com/kedacore/keda/issues/6132',
    layers: ['configuration', 'platform'],
    roots: [['hpa-metrics-unavailable']],
    why: 'KEDA made the autoscaler and serves its metric; the API server gets no answer from KEDA, so the replicas stay.',
    build: () => {
      const world = healthy();
      deployment(world, 'orders', { container: appContainer('orders') });
      service(world, 'orders', { app: 'orders' }, [{ name: 'http', port: 80, targetPort: 'http' }]);
      keda(world);
      const metric = 's0-prometheus';
      const hpa = autoscaler(world, 'keda-hpa-orders', {
        target: 'orders',
        conditions: [
          {
            type: 'AbleToScale',
            status: 'True',
            reason: 'SucceededGetScale',
            message: "the HPA controller was able to get the target's current scale",
            lastTransitionTime: ago(9 * DAY),
          },
          {
            type: 'ScalingActive',
            status: 'False',
            reason: 'FailedGetExternalMetric',
            message: `the HPA was unable to compute the replica count: unable to get external metric shop/${metric}/&LabelSelector{MatchLabels:map[string]string{scaledobject.keda.sh/name: orders,},MatchExpressions:[]LabelSelectorRequirement{},}: unable to fetch metrics from external metrics API: the server is currently unable to handle the request (get ${metric}.external.metrics.k8s.io)`,
            lastTransitionTime: ago(75),
          },
        ],
      });
      hpa.metadata.labels = { 'app.kubernetes.io/managed-by': 'keda-operator', 'scaledobject.keda.sh/name': 'orders' };
      Object.assign((hpa as unknown as { spec: object }).spec, {
        metrics: [
          {
            type: 'External',
            external: {
              metric: { name: metric, selector: { matchLabels: { 'scaledobject.keda.sh/name': 'orders' } } },
              target: { type: 'AverageValue', averageValue: '100' },
            },
          },
        ],
      });
      Object.assign((hpa as unknown as { status: object }).status, { currentMetrics: [{ type: '' }] });
      world.event(
        hpa,
        'Warning',
        'FailedGetExternalMetric',
        `unable to get external metric shop/${metric}/&LabelSelector{MatchLabels:map[string]string{scaledobject.keda.sh/name: orders,},MatchExpressions:[]LabelSelectorRequirement{},}: unable to fetch metrics from external metrics API: the server is currently unable to handle the request (get ${metric}.external.metrics.k8s.io)`,
        { count: 291, from: 75, component: 'horizontal-pod-autoscaler' },
      );
      clusterThing(world, 'apiregistration.k8s.io/v1', 'APIService', 'v1beta1.external.metrics.k8s.io', {
        spec: {
          group: 'external.metrics.k8s.io',
          version: 'v1beta1',
          groupPriorityMinimum: 100,
          versionPriority: 100,
          service: { namespace: 'keda', name: 'keda-operator-metrics-apiserver', port: 443 },
        },
        status: {
          conditions: [
            {
              type: 'Available',
              status: 'False',
              reason: 'FailedDiscoveryCheck',
              message:
                'failing or missing response from https://10.0.2.91:6443/apis/external.metrics.k8s.io/v1beta1: Get "https://10.0.2.91:6443/apis/external.metrics.k8s.io/v1beta1": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
              lastTransitionTime: ago(76),
            },
          ],
        },
      });
      return world;
    },
  },
  {
    name: 'autoscaler-at-its-maximum-over-pods-whose-heap-is-too-small',
    kind: 'trap',
    source: 'https://github.com/mitodl/ol-infrastructure/pull/5069',
    layers: ['application', 'network', 'configuration'],
    roots: [['container-panic']],
    why: 'The alarm is the autoscaler at its maximum, the log says out of memory, and the memory limit is not reached: V8 ends the process at a heap of 500 MB.',
    build: () => {
      const world = healthy();
      const nextjs = deployment(world, 'learn-nextjs', {
        container: appContainer('learn-nextjs', {
          resources: { requests: { cpu: '250m', memory: '1Gi' }, limits: { memory: '1Gi' } },
        }),
        replicas: 5,
        revised: 3 * DAY,
      });
      service(world, 'learn-nextjs', { app: 'learn-nextjs' }, [{ name: 'http', port: 80, targetPort: 'http' }]);
      const since = ago(70);
      autoscaler(world, 'learn-nextjs', {
        min: 2,
        max: 5,
        current: 5,
        conditions: [
          {
            type: 'AbleToScale',
            status: 'True',
            reason: 'ReadyForNewScale',
            message: 'recommended size matches current size',
            lastTransitionTime: since,
          },
          {
            type: 'ScalingActive',
            status: 'True',
            reason: 'ValidMetricFound',
            message:
              'the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)',
            lastTransitionTime: ago(9 * DAY),
          },
          {
            type: 'ScalingLimited',
            status: 'True',
            reason: 'TooManyReplicas',
            message: 'the desired replica count is more than the maximum replica count',
            lastTransitionTime: since,
          },
        ],
      });
      for (const [n, pod] of world.podsOf(nextjs).entries())
        crashLoop(world, pod, {
          exitCode: 139,
          minutes: 80 - n * 3,
          restarts: 14 + (n % 2),
          log: `<--- Last few GCs --->

[1:0x7f2c4c001000]   301${n}22 ms: Mark-Compact (reduce) 49${n}.1 (524.8) -> 49${n}.0 (525.1) MB, pooled: 0 MB, 412.13 / 0.00 ms  (average mu = 0.102, current mu = 0.008) allocation failure; scavenge might not succeed

<--- JS stacktrace --->

FATAL ERROR: Ineffective mark-compacts near heap limit Allocation failed - JavaScript heap out of memory
----- Native stack trace -----

 1: 0xe37f5e node::OOMErrorHandler(char const*, v8::OOMDetails const&) [next-server (v15.5.4)]`,
        });
      return world;
    },
  },
  {
    name: 'budget-keeps-the-vertical-autoscaler-from-pods-that-lack-memory',
    kind: 'trap',
    source: 'https://github.com/kubernetes/autoscaler/issues/4284',
    layers: ['application', 'network', 'configuration'],
    roots: [['container-oom-killed']],
    why: 'The budget allows no disruption because every pod is down, not the other way round: they are killed for their memory.',
    build: () => {
      const world = healthy();
      const labels = { matchLabels: { app: 'ranking' } };
      const ranking = deployment(world, 'ranking', { container: appContainer('ranking'), replicas: 3 });
      service(world, 'ranking', { app: 'ranking' }, [{ name: 'http', port: 80, targetPort: 'http' }]);
      for (const pod of world.podsOf(ranking))
        crashLoop(world, pod, {
          exitCode: 137,
          reason: 'OOMKilled',
          restarts: 16,
          minutes: 64,
          log: 'loading model\n',
        });
      thing(world, 'policy/v1', 'PodDisruptionBudget', 'ranking', {
        spec: { minAvailable: 2, selector: labels },
        status: {
          observedGeneration: 1,
          disruptionsAllowed: 0,
          currentHealthy: 0,
          desiredHealthy: 2,
          expectedPods: 3,
          conditions: [
            {
              type: 'DisruptionAllowed',
              status: 'False',
              reason: 'InsufficientPods',
              message: '',
              observedGeneration: 1,
              lastTransitionTime: ago(63),
            },
          ],
        },
      });
      return world;
    },
  },
];
