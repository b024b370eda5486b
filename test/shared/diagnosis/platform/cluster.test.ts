import { describe, expect, it } from 'vitest';
import { codes, findingOf, judge, roots } from '#test/support/diagnosing.ts';
import { podsOf, setCondition, unready } from '#test/support/faults.ts';
import { ago, healthyNamespace, settle } from '#test/support/namespace.ts';

const withCondition = (type: string, status: string, reason: string, node = 'node-a') => {
  const snapshot = healthyNamespace();
  const found = snapshot.objects.nodes.find(({ metadata }) => metadata.name === node);
  setCondition(found?.status?.conditions, { type, status, reason, message: `${reason} was seen` }, 4);
  return snapshot;
};

describe('conditions of nodes beside Ready', () => {
  it('say that a node has no network, and explain the pods on it', () => {
    const snapshot = withCondition('NetworkUnavailable', 'True', 'NoRouteCreated');
    expect(roots(snapshot)).toEqual(['node-network-unavailable']);
    unready(snapshot, podsOf(snapshot, 'otlp-app').slice(0, 1), undefined, 3);
    expect(roots(snapshot)).toEqual(['node-network-unavailable']);
  });

  it.each(['KernelReady', 'NetworkingReady', 'StorageReady', 'ContainerRuntimeReady', 'AcceleratedHardwareReady'])(
    'say what a monitor of the node saw: %s',
    (type) => {
      const snapshot = withCondition(type, 'False', 'SoftLockup');
      expect(findingOf(snapshot, 'node-health-custom')).toMatchObject({
        severity: 'P3',
        subject: { kind: 'Node', name: 'node-a' },
      });
      expect(roots(snapshot)).toEqual([]);
      unready(snapshot, podsOf(snapshot, 'otlp-app').slice(0, 1), undefined, 3);
      expect(roots(snapshot)).toEqual(['node-health-custom']);
    },
  );

  it.each([
    ['NetworkUnavailable', 'False', 'RouteCreated'],
    ['NetworkUnavailable', 'Unknown', 'NodeStatusUnknown'],
    ['KernelReady', 'True', 'KernelIsReady'],
    ['StorageReady', 'Unknown', 'NodeStatusUnknown'],
    ['CustomCondition', 'False', 'Whatever'],
  ])('say nothing with %s %s', (type, status, reason) => {
    expect(codes(withCondition(type, status, reason))).toEqual([]);
  });

  it('are nobody of ours on a node without our pods', () => {
    expect(codes(withCondition('KernelReady', 'False', 'SoftLockup', 'node-c'))).toEqual([]);
  });
});

describe('a node that cannot be read', () => {
  /** As the node lifecycle controller leaves the pods of a node whose kubelet is silent. */
  const marked = (nodes: 'forbidden' | 'deleted') => {
    const snapshot = healthyNamespace();
    for (const { spec, status } of snapshot.objects.pods)
      if (spec.nodeName === 'node-a') setCondition(status?.conditions, { type: 'Ready', status: 'False' }, 6);
    if (nodes === 'forbidden') {
      snapshot.objects.nodes = [];
      snapshot.coverage.notChecked.push({ check: 'nodes', why: 'forbidden' });
    } else snapshot.objects.nodes.shift();
    return settle(snapshot);
  };

  it.each([
    ['forbidden', 'does not report'],
    ['deleted', 'is not there any more'],
  ] as const)('is known by its pods, which others marked as not ready: %s', (nodes, says) => {
    const snapshot = marked(nodes);
    expect(roots(snapshot)).toEqual(['node-not-ready']);
    expect(findingOf(snapshot, 'node-not-ready')).toMatchObject({
      subject: { kind: 'Node', name: 'node-a' },
      confidence: 'likely',
      title: `node node-a ${says}`,
    });
  });

  it('is no matter where the containers themselves are not ready, a gate is not passed, or another pod there is well', () => {
    const own = marked('forbidden');
    unready(own, podsOf(own, 'otlp-app').slice(0, 1), undefined, 6);
    expect(codes(own)).not.toContain('node-not-ready');
    const gated = marked('forbidden');
    for (const { spec } of gated.objects.pods)
      spec.readinessGates = [{ conditionType: 'target-health.elbv2.k8s.aws/x' }];
    expect(codes(gated)).not.toContain('node-not-ready');
    const alone = marked('forbidden');
    for (const { status } of podsOf(alone, 'otel-collector'))
      setCondition(status?.conditions, { type: 'Ready', status: 'True' }, 60);
    expect(codes(alone)).not.toContain('node-not-ready');
  });
});

describe('the metrics API', () => {
  const NAME = 'v1beta1.metrics.k8s.io';
  const apiService = (status: string) => ({
    metadata: { name: NAME },
    spec: {
      group: 'metrics.k8s.io',
      version: 'v1beta1',
      service: { namespace: 'kube-system', name: 'metrics-server' },
    },
    status: {
      conditions: [
        {
          type: 'Available',
          status,
          reason: status === 'True' ? 'Passed' : 'MissingEndpoints',
          message: 'endpoints for service/metrics-server in "kube-system" have no addresses',
        },
      ],
    },
  });
  const autoscaler = (name: string) => ({
    metadata: { name, namespace: 'otlp-system' },
    spec: {
      scaleTargetRef: { kind: 'Deployment', name },
      maxReplicas: 5,
      metrics: [{ type: 'Resource', resource: { name: 'cpu' } }],
    },
  });

  it('is advice where it does not answer, with the words of the API server', () => {
    const snapshot = healthyNamespace();
    snapshot.objects.apiservices.push(apiService('False'));
    expect(findingOf(snapshot, 'metrics-server-unavailable')).toMatchObject({
      severity: 'P3',
      cause: expect.stringContaining('MissingEndpoints'),
      remedy: { commands: [`kubectl get apiservice ${NAME}`, expect.stringContaining('-n kube-system')] },
    });
    expect(judge(snapshot)).toMatchObject({ verdict: 'healthy', rootCauses: [] });
  });

  it('is missed only where an autoscaler of a workload in sight waits for it', () => {
    const snapshot = healthyNamespace();
    expect(codes(snapshot)).toEqual([]);
    snapshot.objects.horizontalpodautoscalers.push(autoscaler('other-team'));
    expect(codes(snapshot)).not.toContain('metrics-server-unavailable');
    snapshot.objects.horizontalpodautoscalers.push(autoscaler('otlp-app'));
    expect(codes(snapshot)).toContain('metrics-server-unavailable');
    snapshot.objects.apiservices.push(apiService('True'));
    expect(codes(snapshot)).not.toContain('metrics-server-unavailable');
  });

  it('is the reason of an autoscaler that stands still', () => {
    const snapshot = healthyNamespace();
    snapshot.objects.apiservices.push(apiService('False'));
    snapshot.objects.horizontalpodautoscalers.push({
      ...autoscaler('otlp-app'),
      status: {
        currentReplicas: 2,
        conditions: [
          {
            type: 'ScalingActive',
            status: 'False',
            reason: 'FailedGetResourceMetric',
            message: 'unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API',
            lastTransitionTime: ago(30),
          },
        ],
      },
    });
    expect(roots(snapshot)).toEqual(['metrics-server-unavailable']);
    expect(codes(snapshot)).toContain('hpa-metrics-unavailable');
  });

  it('is not judged where APIServices could not be read', () => {
    const snapshot = healthyNamespace();
    snapshot.objects.horizontalpodautoscalers.push(autoscaler('otlp-app'));
    snapshot.coverage.notChecked.push({ check: 'apiservices', why: 'forbidden' });
    expect(codes(snapshot)).not.toContain('metrics-server-unavailable');
  });
});

describe('pods that the platform takes away', () => {
  const drained = (reason: string, { minutes = 3, replaced = false } = {}) => {
    const snapshot = healthyNamespace();
    const [pod] = podsOf(snapshot, 'otlp-app');
    if (!pod) throw new Error('no pod');
    const gone = structuredClone(pod);
    gone.metadata = { ...gone.metadata, name: 'otlp-app-gone', uid: 'uid-gone', deletionTimestamp: ago(0) };
    gone.status?.conditions?.push({
      type: 'DisruptionTarget',
      status: 'True',
      reason,
      message: 'Eviction API: evicting',
      lastTransitionTime: ago(minutes),
    });
    if (!replaced) snapshot.objects.pods.splice(snapshot.objects.pods.indexOf(pod), 1);
    settle(snapshot);
    snapshot.objects.pods.push(gone);
    return snapshot;
  };

  it.each(['EvictionByEvictionAPI', 'DeletionByTaintManager', 'TerminationByKubelet', 'DeletionByPodGC'])(
    'are the reason while they are missing, and pass by themselves: %s',
    (reason) => {
      const snapshot = drained(reason);
      expect(roots(snapshot)).toEqual(['pod-disrupted-by-platform']);
      expect(judge(snapshot)).toMatchObject({ verdict: 'degraded', action: { class: 'wait' } });
    },
  );

  it('are history once they are replaced, or when it was long ago', () => {
    expect(codes(drained('EvictionByEvictionAPI', { replaced: true }))).toEqual([]);
    expect(codes(drained('EvictionByEvictionAPI', { minutes: 40 }))).not.toContain('pod-disrupted-by-platform');
  });
});
