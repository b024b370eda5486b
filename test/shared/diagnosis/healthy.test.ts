import { describe, expect, it } from 'vitest';
import { codes, judge } from '#test/support/diagnosing.ts';
import {
  addLog,
  containerOf,
  deploymentOf,
  event,
  everWith,
  podsOf,
  rollOut,
  serviceOf,
  setState,
} from '#test/support/faults.ts';
import { ago, healthyNamespace, sandboxTarget, settle, wholeNamespace } from '#test/support/namespace.ts';
import { properAllows } from '#test/support/policies.ts';
import { surrounded } from '#test/support/surroundings.ts';

const targets = [sandboxTarget(), wholeNamespace()];

describe('a healthy namespace', () => {
  it.each(targets)('has the verdict healthy, no root cause and no finding at all', (target) => {
    const result = judge(healthyNamespace(), target);
    expect(result).toMatchObject({ verdict: 'healthy', rootCauses: [], findings: [], action: { class: 'none' } });
    expect(result.layer).toBeUndefined();
  });
});

describe('a healthy namespace with all that a well-kept one has around it', () => {
  it.each(targets)('has no finding at all', (target) => {
    const result = judge(surrounded(properAllows(healthyNamespace())), target);
    expect(result).toMatchObject({ verdict: 'healthy', rootCauses: [], findings: [] });
  });
});

describe('a healthy namespace with the usual noise stays healthy', () => {
  const silent = (snapshot: ReturnType<typeof healthyNamespace>) => {
    for (const target of targets) {
      expect(judge(snapshot, target)).toMatchObject({ verdict: 'healthy', rootCauses: [] });
    }
  };

  it('when probes failed while the pods started, an hour ago', () => {
    const snapshot = healthyNamespace();
    for (const pod of podsOf(snapshot, 'otlp-app')) {
      event(snapshot, pod, 'Unhealthy', 'Readiness probe failed: dial tcp 10.0.1.5:8080: connect: connection refused', {
        since: 60,
        last: 58,
      });
    }
    silent(snapshot);
  });

  it('when a probe failed once a minute ago and the container has not been restarted', () => {
    const snapshot = healthyNamespace();
    const [pod] = podsOf(snapshot, 'otlp-app');
    if (pod)
      event(snapshot, pod, 'Unhealthy', 'Liveness probe failed: HTTP probe failed with statuscode: 500', { since: 1 });
    silent(snapshot);
  });

  it('when a container was restarted many times, but long ago', () => {
    const snapshot = healthyNamespace();
    setState(snapshot, podsOf(snapshot, 'otlp-app'), {
      ready: true,
      restartCount: 14,
      state: { running: { startedAt: ago(600) } },
      lastState: { terminated: { exitCode: 137, reason: 'OOMKilled', finishedAt: ago(600) } },
    });
    silent(snapshot);
  });

  it('when one restart has just been survived', () => {
    const snapshot = healthyNamespace();
    setState(snapshot, podsOf(snapshot, 'otlp-app'), {
      ready: true,
      restartCount: 1,
      state: { running: { startedAt: ago(3) } },
      lastState: { terminated: { exitCode: 1, reason: 'Error', finishedAt: ago(3) } },
    });
    silent(snapshot);
  });

  it('when events tell of pods that are gone, or of another pod of the same name', () => {
    const snapshot = healthyNamespace();
    const [pod] = podsOf(snapshot, 'otlp-app');
    const gone = { metadata: { name: 'otlp-app-7d4f9c1-zzzzz', uid: 'uid-gone' } };
    event(snapshot, gone, 'BackOff', 'Back-off restarting failed container app in pod otlp-app-7d4f9c1-zzzzz');
    event(snapshot, gone, 'FailedScheduling', '0/3 nodes are available: 3 Insufficient cpu.');
    if (pod)
      event(snapshot, pod, 'FailedScheduling', '0/3 nodes are available: 3 Insufficient cpu.', { uid: 'uid-before' });
    silent(snapshot);
  });

  it('when a pod of the last rollout is still being deleted, and evicted ones lie about', () => {
    const snapshot = healthyNamespace();
    const [pod] = podsOf(snapshot, 'otlp-app');
    if (!pod) throw new Error('no pod');
    const named = (name: string) => {
      const copy = structuredClone(pod);
      copy.metadata = { ...copy.metadata, name, uid: `uid-${name}` };
      snapshot.objects.pods.push(copy);
      return copy;
    };
    const leaving = setState(snapshot, [named('otlp-app-leaving')], {
      ready: false,
      state: { terminated: { exitCode: 137, reason: 'Error' } },
    });
    Object.assign(leaving.objects.pods.at(-1)?.metadata ?? {}, { deletionTimestamp: ago(0.2) });
    named('otlp-app-evicted').status = {
      phase: 'Failed',
      reason: 'Evicted',
      message: 'The node was low on resource: memory.',
    };
    silent(settleExceptEvicted(snapshot));
  });

  it('in the middle of a rollout whose new pod has just started', () => {
    const snapshot = healthyNamespace();
    const made = rollOut(
      snapshot,
      'otlp-app',
      (container) => {
        container.image = 'registry.example.com/otlp-app:1.4.3';
      },
      0.3,
    );
    setState(snapshot, [made], { ready: false, started: true, state: { running: { startedAt: ago(0.2) } } }, 0.3);
    silent(snapshot);
  });

  it('when the reason of a deadline that passed long ago still stands in the condition', () => {
    const snapshot = healthyNamespace();
    const progressing = deploymentOf(snapshot, 'otlp-app').status?.conditions?.find(
      ({ type }) => type === 'Progressing',
    );
    Object.assign(progressing ?? {}, { status: 'False', reason: 'ProgressDeadlineExceeded' });
    silent(snapshot);
  });

  it('when a Service nobody needs selects nothing, and a workload sleeps at zero replicas', () => {
    const snapshot = healthyNamespace();
    const { objects } = snapshot;
    const orphan = structuredClone(serviceOf(snapshot, 'otlp-app-service'));
    orphan.metadata.name = 'legacy';
    orphan.spec.selector = { app: 'long-gone' };
    const batch = structuredClone(deploymentOf(snapshot, 'otel-collector'));
    batch.metadata = { ...batch.metadata, name: 'nightly', uid: 'uid-nightly' };
    batch.spec.replicas = 0;
    batch.spec.template.metadata = { labels: { app: 'nightly' } };
    batch.spec.template.spec.containers = [{ ...containerOf(snapshot, 'otlp-app'), name: 'nightly' }];
    batch.status = { observedGeneration: 1 };
    const sleeping = structuredClone(orphan);
    sleeping.metadata.name = 'nightly';
    sleeping.spec.selector = { app: 'nightly' };
    objects.services.push(orphan, sleeping);
    objects.deployments.push(batch);
    silent(snapshot);
  });

  it('when optional references point to nothing', () => {
    const snapshot = everWith(healthyNamespace(), 'otlp-app', (container, spec) => {
      container.envFrom = [{ secretRef: { name: 'nice-to-have', optional: true } }];
      spec.volumes?.push({ name: 'extra', configMap: { name: 'nice-to-have', optional: true } });
    });
    snapshot.absentSecrets.push({ namespace: 'otlp-system', name: 'nice-to-have' });
    silent(snapshot);
  });

  it('when the log holds words of failure and one lost batch', () => {
    const snapshot = healthyNamespace();
    const [pod] = podsOf(snapshot, 'otlp-app');
    if (pod)
      addLog(
        snapshot,
        pod,
        [
          `${ago(30)} ERROR upstream said: connection refused, will retry`,
          `${ago(20)} WARN BatchSpanProcessor.ExportError error="transport error"`,
          `${ago(1)} INFO GET /health 200`,
        ].join('\n'),
      );
    silent(snapshot);
  });

  it('when a ConfigMap that does not parse is read by nobody, or by pods that do well with it', () => {
    const snapshot = healthyNamespace();
    snapshot.configFacts.push(
      {
        format: 'yaml',
        namespace: 'otlp-system',
        configMap: 'dashboards',
        key: 'x.yaml',
        error: 'bad indentation',
        line: 3,
      },
      {
        format: 'json',
        namespace: 'otlp-system',
        configMap: 'otlp-app-config',
        key: 'template.json',
        error: 'an unexpected character',
      },
    );
    silent(snapshot);
  });

  it('when a node that carries none of the pods is not ready, and one that does reports pressure', () => {
    const snapshot = healthyNamespace();
    const [a, , c] = snapshot.objects.nodes;
    Object.assign(c?.status?.conditions?.find(({ type }) => type === 'Ready') ?? {}, {
      status: 'Unknown',
      reason: 'NodeStatusUnknown',
    });
    Object.assign(a?.status?.conditions?.find(({ type }) => type === 'DiskPressure') ?? {}, {
      status: 'True',
      reason: 'KubeletHasDiskPressure',
    });
    silent(snapshot);
  });

  it('when a neighbour in the same namespace is broken, for a target that does not depend on it', () => {
    const snapshot = healthyNamespace();
    const neighbour = structuredClone(deploymentOf(snapshot, 'otlp-app'));
    neighbour.metadata = { ...neighbour.metadata, name: 'other-team', uid: 'uid-other-team' };
    neighbour.spec.selector = { matchLabels: { app: 'other-team' } };
    neighbour.spec.template.metadata = { labels: { app: 'other-team' } };
    neighbour.status = { replicas: 2, availableReplicas: 0, conditions: [{ type: 'Available', status: 'False' }] };
    snapshot.objects.deployments.push(neighbour);
    expect(judge(snapshot)).toMatchObject({ verdict: 'healthy', rootCauses: [] });
    expect(judge(snapshot, wholeNamespace())).toMatchObject({ verdict: 'failed' });
  });

  it('when the same labels are in trouble in another namespace', () => {
    const snapshot = healthyNamespace();
    for (const pod of podsOf(snapshot, 'otlp-app')) {
      const twin = structuredClone(pod);
      twin.metadata = { ...twin.metadata, namespace: 'staging', uid: `${twin.metadata.uid}-staging` };
      twin.status = {
        phase: 'Running',
        containerStatuses: [
          { name: 'app', ready: false, restartCount: 9, state: { waiting: { reason: 'CrashLoopBackOff' } } },
        ],
      };
      snapshot.objects.pods.push(twin);
    }
    snapshot.namespaces.push('staging');
    silent(snapshot);
  });

  it('says advice as findings of severity P3 without making it a root cause', () => {
    const snapshot = healthyNamespace();
    everWith(snapshot, 'otlp-app', (container) => {
      delete container.resources;
    });
    deploymentOf(snapshot, 'otlp-app').spec.replicas = 1;
    snapshot.objects.pods.splice(0, 1);
    settle(snapshot);
    expect(codes(snapshot)).toEqual(['resources-unset', 'single-replica-no-redundancy']);
    silent(snapshot);
  });
});

function settleExceptEvicted(snapshot: ReturnType<typeof healthyNamespace>) {
  const { pods } = snapshot.objects;
  const evicted = pods.filter(({ status }) => status?.phase === 'Failed');
  snapshot.objects.pods = pods.filter(({ status }) => status?.phase !== 'Failed');
  settle(snapshot);
  snapshot.objects.pods.push(...evicted);
  return snapshot;
}
