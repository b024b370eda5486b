import { describe, expect, it } from 'vitest';
import type { Condition } from '#shared/domain/kubernetes.ts';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import type { PodDisruptionBudget } from '#shared/domain/surroundings.ts';
import { codes, findingOf, judge, roots } from '#test/support/diagnosing.ts';
import { configMapOf, containerOf, crashLoop, deploymentOf, everWith, podsOf } from '#test/support/faults.ts';
import { ago, healthyNamespace, NAMESPACE, settle, wholeNamespace } from '#test/support/namespace.ts';

const condition = (type: string, status: string, reason: string, message = '', minutes = 60): Condition => ({
  type,
  status,
  reason,
  message,
  lastTransitionTime: ago(minutes),
});

/** As the controller of a working autoscaler writes it. */
const WELL = [
  condition('AbleToScale', 'True', 'ReadyForNewScale', 'recommended size matches current size'),
  condition('ScalingActive', 'True', 'ValidMetricFound', 'the HPA was able to successfully calculate a replica count'),
  condition('ScalingLimited', 'False', 'DesiredWithinRange', 'the desired count is within the acceptable range'),
];

function withHpa(snapshot: Snapshot, changed: Condition[] = [], name = 'otlp-app', min = 2): Snapshot {
  snapshot.objects.horizontalpodautoscalers.push({
    metadata: { name: 'shop', namespace: NAMESPACE },
    spec: { scaleTargetRef: { kind: 'Deployment', name }, minReplicas: min, maxReplicas: 4, metrics: [] },
    status: {
      currentReplicas: 2,
      conditions: WELL.map((each) => changed.find(({ type }) => type === each.type) ?? each),
    },
  });
  snapshot.objects.apiservices.push({
    metadata: { name: 'v1beta1.metrics.k8s.io' },
    status: { conditions: [{ type: 'Available', status: 'True' }] },
  });
  return snapshot;
}

describe('an autoscaler', () => {
  it.each<[string, Condition[]]>([
    ['does its work', []],
    [
      'is at its minimum',
      [condition('ScalingLimited', 'True', 'TooFewReplicas', 'the desired replica count is less than the minimum')],
    ],
    [
      'rests',
      [condition('ScalingActive', 'False', 'ScalingDisabled', 'scaling is disabled since the replica count is zero')],
    ],
  ])('that %s is not worth a word', (_, changed) => {
    expect(codes(withHpa(healthyNamespace(), changed), wholeNamespace())).toEqual([]);
  });

  const noMetrics = (message: string, minutes = 60) =>
    condition('ScalingActive', 'False', 'FailedGetResourceMetric', message, minutes);

  it('gets no metrics', () => {
    const snapshot = withHpa(healthyNamespace(), [
      noMetrics(
        'the HPA was unable to compute the replica count: failed to get cpu utilization: no metrics returned from resource metrics API',
      ),
    ]);
    expect(roots(snapshot)).toEqual(['hpa-metrics-unavailable']);
    expect(judge(snapshot)).toMatchObject({ verdict: 'degraded', action: { class: 'escalate' } });
    const [api] = snapshot.objects.apiservices;
    if (api) api.status = { conditions: [{ type: 'Available', status: 'False', reason: 'MissingEndpoints' }] };
    expect(roots(snapshot)).toEqual(['metrics-server-unavailable']);
  });

  it('has nothing to measure against', () => {
    const snapshot = withHpa(healthyNamespace(), [
      noMetrics('failed to get cpu utilization: missing request for cpu in container app of Pod otlp-app-x'),
    ]);
    everWith(snapshot, 'otlp-app', (container) => {
      delete container.resources;
    });
    expect(roots(snapshot)).toEqual(['resources-unset']);
  });

  it('has just been made, or scales pods that are down: no root', () => {
    expect(roots(withHpa(healthyNamespace(), [noMetrics('did not receive metrics for any ready pods', 2)]))).toEqual(
      [],
    );
    const down = withHpa(healthyNamespace(), [noMetrics('did not receive metrics for any ready pods')]);
    crashLoop(down, podsOf(down, 'otlp-app'));
    expect(roots(down)).toEqual(['container-exit-error']);
  });

  it('is at its limit for long', () => {
    const limited = (minutes: number) => [
      condition(
        'ScalingLimited',
        'True',
        'TooManyReplicas',
        'the desired replica count is more than the maximum',
        minutes,
      ),
    ];
    expect(roots(withHpa(healthyNamespace(), limited(30)))).toEqual(['hpa-at-max']);
    expect(judge(withHpa(healthyNamespace(), limited(30))).action.class).toBe('scale');
    expect(roots(withHpa(healthyNamespace(), limited(3)))).toEqual([]);
    expect(codes(withHpa(healthyNamespace(), limited(30), 'otlp-app', 4))).toEqual([]);
  });

  const without = (message: string, minutes = 60) => [
    condition('AbleToScale', 'False', 'FailedGetScale', message, minutes),
  ];

  it('scales what is not there, while what it was meant for keeps its size', () => {
    const snapshot = withHpa(healthyNamespace(), without('not found'), 'otlp-app-web');
    expect(roots(snapshot, wholeNamespace())).toEqual(['hpa-target-missing']);
    expect(findingOf(snapshot, 'hpa-target-missing', wholeNamespace()).title).toContain('deployment otlp-app is not');
    expect(codes(snapshot)).toEqual([]);
  });

  it('has scaled what is gone now, and nothing like it is left: advice', () => {
    const snapshot = withHpa(healthyNamespace(), without('not found'), 'checkout');
    expect(codes(snapshot, wholeNamespace())).toEqual(['hpa-target-missing']);
    expect(roots(snapshot, wholeNamespace())).toEqual([]);
    for (const { status } of snapshot.objects.horizontalpodautoscalers) if (status) status.currentReplicas = 0;
    expect(roots(snapshot, wholeNamespace())).toEqual(['hpa-target-missing']);
  });

  it('was made together with what it scales: it may still come', () => {
    expect(roots(withHpa(healthyNamespace(), without('not found', 2), 'otlp-app-web'), wholeNamespace())).toEqual([]);
  });

  it.each([
    ['Deployment', 'otlp-app', 'no matches for kind "Deployment" in group "extensions"'],
    ['OpenTelemetryCollector', 'gateway', 'opentelemetrycollectors.opentelemetry.io "gateway" not found'],
  ])('is told by its controller that there is no %s %s', (kind, name, message) => {
    const snapshot = withHpa(healthyNamespace(), without(message), name);
    for (const { spec, status } of snapshot.objects.horizontalpodautoscalers) {
      spec.scaleTargetRef.kind = kind;
      if (status) status.currentReplicas = 0;
    }
    expect(roots(snapshot, wholeNamespace())).toEqual(['hpa-target-missing']);
  });

  it('may not read the size of what it scales: that is another fault', () => {
    const forbidden = 'opentelemetrycollectors.opentelemetry.io "gateway" is forbidden: User cannot get resource';
    const snapshot = withHpa(healthyNamespace(), without(forbidden), 'gateway');
    for (const { spec } of snapshot.objects.horizontalpodautoscalers) spec.scaleTargetRef.kind = 'Rollout';
    expect(codes(snapshot, wholeNamespace())).toEqual([]);
  });
});

describe('a disruption budget', () => {
  const budgeted = (spec: PodDisruptionBudget['spec'], status: PodDisruptionBudget['status'], app = 'otlp-app') => {
    const snapshot = healthyNamespace();
    snapshot.objects.poddisruptionbudgets.push({
      metadata: { name: 'shop', namespace: NAMESPACE },
      spec: { selector: { matchLabels: { app } }, ...spec },
      ...(status && { status }),
    });
    return snapshot;
  };
  const healthy = { expectedPods: 2, currentHealthy: 2 };

  it('lets a pod go', () => {
    expect(
      codes(
        budgeted({ maxUnavailable: 1 }, { ...healthy, desiredHealthy: 1, disruptionsAllowed: 1 }),
        wholeNamespace(),
      ),
    ).toEqual([]);
  });

  it('lets none go, ever: advice', () => {
    const snapshot = budgeted({ minAvailable: 2 }, { ...healthy, desiredHealthy: 2, disruptionsAllowed: 0 });
    expect(codes(snapshot)).toEqual(['pdb-blocking-disruption']);
    expect(judge(snapshot)).toMatchObject({ verdict: 'healthy', rootCauses: [] });
  });

  it('lets none go while a pod is unwell: that is no fault of its own', () => {
    const snapshot = budgeted(
      { minAvailable: 1 },
      { expectedPods: 2, currentHealthy: 1, desiredHealthy: 1, disruptionsAllowed: 0 },
    );
    expect(codes(snapshot)).toEqual([]);
  });

  it('protects nothing: advice, for a whole namespace', () => {
    const snapshot = budgeted({ minAvailable: 1 }, { expectedPods: 0, disruptionsAllowed: 0 }, 'gone');
    expect(codes(snapshot, wholeNamespace())).toEqual(['pdb-selects-nothing']);
    expect(codes(snapshot)).toEqual([]);
  });
});

describe('two workloads with one selector', () => {
  const twin = (labels: Record<string, string>, namespace = NAMESPACE) => {
    const snapshot = healthyNamespace();
    const copy = structuredClone(deploymentOf(snapshot, 'otlp-app'));
    copy.metadata = { ...copy.metadata, name: 'otlp-app-canary', namespace, uid: 'uid-canary' };
    copy.spec.selector = { matchLabels: labels };
    copy.spec.template.metadata = { labels };
    copy.spec.replicas = 0;
    copy.status = {};
    snapshot.objects.deployments.push(copy);
    return snapshot;
  };

  it('mix up their pods; another label or namespace keeps them apart', () => {
    expect(codes(twin({ app: 'otlp-app' }), wholeNamespace())).toContain('selector-overlap');
    expect(codes(twin({ app: 'otlp-app', track: 'canary' }), wholeNamespace())).toContain('selector-overlap');
    expect(codes(twin({ app: 'otlp-app-canary' }), wholeNamespace())).not.toContain('selector-overlap');
    expect(codes(twin({ app: 'otlp-app' }, 'staging'), wholeNamespace())).not.toContain('selector-overlap');
  });

  /** The twin runs, and has a Service of its own. */
  const running = ({ service = '', image = 'registry.example.com/otlp-app:1.5.0', labels = { app: 'otlp-app' } }) => {
    const snapshot = twin(labels);
    const { deployments, pods, services, endpointslices } = snapshot.objects;
    const [copy] = deployments.slice(-1);
    if (!copy) throw new Error('a twin');
    for (const container of copy.spec.template.spec.containers) container.image = image;
    for (const pod of podsOf(snapshot, 'otlp-app')) {
      const owner = { kind: 'Deployment', name: copy.metadata.name, uid: 'uid-canary', controller: true };
      const name = `${pod.metadata.name}-twin`;
      pods.push({ ...pod, metadata: { ...pod.metadata, labels, name, uid: name, ownerReferences: [owner] } });
    }
    copy.spec.replicas = 2;
    copy.status = { replicas: 2, readyReplicas: 2, availableReplicas: 2 };
    const [own] = services.filter(({ metadata }) => metadata.name === 'otlp-app-service');
    const [slice] = endpointslices;
    if (service && own && slice) {
      services.push({ ...own, metadata: { ...own.metadata, name: service, uid: service } });
      const of = { 'kubernetes.io/service-name': service };
      endpointslices.push({ ...slice, metadata: { ...slice.metadata, name: service, labels: of } });
    }
    return settle(snapshot);
  };

  it.each([
    ['each has a Service of its own, and that leads to both', { service: 'otlp-app-canary' }],
    ['the other is another program', { image: 'registry.example.com/otlp-worker:1.5.0' }],
    [
      'the other is another program, and only one selects too much',
      { image: 'otlp-worker', labels: { app: 'otlp-app', tier: 'worker' } },
    ],
  ])('mislead the clients of a Service where %s', (_, given) => {
    const snapshot = running(given);
    expect(roots(snapshot, wholeNamespace())).toEqual(['selector-overlap']);
    expect(findingOf(snapshot, 'selector-overlap', wholeNamespace()).title).toContain('leads to both');
  });

  it('share a Service by intent where the other is a canary', () => {
    expect(roots(running({}), wholeNamespace())).toEqual([]);
    expect(roots(running({ labels: { app: 'otlp-app', track: 'canary' } } as object), wholeNamespace())).toEqual([]);
  });
});

describe('an environment variable', () => {
  const withVariable = (name: string, value: string) =>
    everWith(healthyNamespace(), 'otlp-app', (container) => {
      container.env = [...(container.env ?? []).filter((one) => one.name !== name), { name, value }];
    });

  it.each([
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'http'],
    ['OTEL_EXPORTER_OTLP_TIMEOUT', '10s'],
    ['OTEL_BSP_MAX_QUEUE_SIZE', 'many'],
    ['OTEL_SDK_DISABLED', 'yes'],
  ])('of the OpenTelemetry SDK is no value of its type: %s=%s', (name, value) => {
    expect(roots(withVariable(name, value))).toEqual(['config-env-invalid']);
    expect(findingOf(withVariable(name, value), 'config-env-invalid').evidence[0]).toMatchObject({ value });
  });

  it.each([
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'],
    ['OTEL_EXPORTER_OTLP_TIMEOUT', '10000'],
    ['OTEL_EXPORTER_OTLP_TIMEOUT', ''],
    ['OTEL_METRIC_EXPORT_INTERVAL', '$(INTERVAL)'],
    ['PORT', '8080'],
    ['SERVER_PORT', '[redacted-1]'],
    ['COLLECTOR_PORT', 'tcp://10.0.0.1:4317'],
    ['SPORT', 'tennis'],
  ])('is well: %s=%s', (name, value) => {
    expect(codes(withVariable(name, value))).toEqual([]);
  });

  it('of a program that does well with it is advice, else why it ends', () => {
    expect(roots(withVariable('HTTP_PORT', 'http'))).toEqual([]);
    const down = withVariable('HTTP_PORT', '80800');
    crashLoop(down, podsOf(down, 'otlp-app'), { log: 'Error: invalid port' });
    expect(roots(down)).toEqual(['config-env-invalid']);
    expect(containerOf(down, 'otlp-app').name).toBe('app');
  });
});

describe('configuration that has changed or grown', () => {
  it('runs stale in containers that read a Secret at their start', () => {
    const snapshot = healthyNamespace();
    const [secret] = snapshot.secrets;
    if (secret) secret.changedAt = ago(10);
    expect(codes(snapshot)).toEqual(['config-stale-in-pods']);
    expect(roots(snapshot)).toEqual([]);
    if (secret) secret.changedAt = ago(10 * 24 * 60);
    expect(codes(snapshot)).toEqual([]);
  });

  it('is almost too large', () => {
    const snapshot = healthyNamespace();
    configMapOf(snapshot, 'otlp-app-config').data = { 'config.yaml': 'a: 1\n', 'big.txt': 'x'.repeat(1_000_000) };
    expect(codes(snapshot)).toEqual(['config-size-limit']);
    configMapOf(snapshot, 'otlp-app-config').data = { 'config.yaml': 'a: 1\n', 'big.txt': 'x'.repeat(500_000) };
    expect(codes(snapshot)).toEqual([]);
  });
});
