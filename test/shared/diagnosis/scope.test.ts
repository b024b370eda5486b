import { describe, expect, it } from 'vitest';
import { codes, judge, roots } from '#test/support/diagnosing.ts';
import { crashLoop, deploymentOf, podsOf } from '#test/support/faults.ts';
import { healthyNamespace, NAMESPACE, sandboxTarget, settle, wholeNamespace } from '#test/support/namespace.ts';

/** The Collector stands in a namespace of its own, and the application sends to it by its full name. */
function collectorElsewhere() {
  const snapshot = healthyNamespace();
  const { objects } = snapshot;
  const container = deploymentOf(snapshot, 'otlp-app').spec.template.spec.containers[0];
  Object.assign(container?.env?.[0] ?? {}, { value: 'http://otel-collector.observability.svc:4317' });
  for (const list of Object.values(objects)) {
    for (const { metadata } of list) if (/^otel-collector/.test(metadata.name)) metadata.namespace = 'observability';
  }
  snapshot.namespaces.push('observability');
  return snapshot;
}

/** A worker that carries the label of the target's selector, but is not named by it. */
function withWorker(label: string) {
  const snapshot = healthyNamespace();
  const worker = structuredClone(deploymentOf(snapshot, 'otlp-app'));
  worker.metadata = { ...worker.metadata, name: 'worker', uid: 'uid-worker' };
  worker.spec.template.metadata = { labels: { app: label, tier: 'worker' } };
  worker.status = { replicas: 2, availableReplicas: 0, conditions: [{ type: 'Available', status: 'False' }] };
  snapshot.objects.deployments.push(worker);
  return settle(snapshot);
}

describe('what a target depends on', () => {
  it('is followed into another namespace, along its OTLP endpoint', () => {
    const snapshot = collectorElsewhere();
    expect(judge(snapshot)).toMatchObject({ verdict: 'healthy', rootCauses: [] });
    crashLoop(snapshot, podsOf(snapshot, 'otel-collector'), { exitCode: 1, log: 'Error: invalid configuration: x' });
    for (const { metadata } of podsOf(snapshot, 'otel-collector')) metadata.namespace = 'observability';
    expect(roots(snapshot)).toContain('container-exit-error');
    expect(codes(snapshot)).toContain('collector-down');
    expect(judge(snapshot).verdict).toBe('degraded');
  });

  it('is not a Service of the same name in the own namespace', () => {
    const snapshot = collectorElsewhere();
    snapshot.objects.services = snapshot.objects.services.filter(({ metadata }) => metadata.namespace === NAMESPACE);
    expect(roots(snapshot)).toEqual(['otlp-endpoint-unknown-host']);
  });

  it('includes workloads that its selector matches', () => {
    expect(judge(withWorker('otlp-app')).verdict).toBe('degraded');
    expect(judge(withWorker('other')).verdict).toBe('healthy');
    expect(judge(withWorker('other'), wholeNamespace()).verdict).toBe('failed');
  });

  it.each(['app in (otlp-app)', 'app!=other', 'app'])(
    'is not widened by a selector that is more than equality: %s',
    (selector) => {
      expect(judge(withWorker('other'), sandboxTarget({ selector })).verdict).toBe('healthy');
    },
  );

  it('reads a selector of several pairs', () => {
    expect(judge(withWorker('other'), sandboxTarget({ selector: 'app == other, tier=worker' })).verdict).toBe(
      'degraded',
    );
    expect(judge(withWorker('other'), sandboxTarget({ selector: 'app=other,tier=web' })).verdict).toBe('healthy');
  });
});
