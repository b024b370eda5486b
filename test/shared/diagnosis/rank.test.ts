import { describe, expect, it } from 'vitest';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import { codes, findingOf, judge, roots } from '#test/support/diagnosing.ts';
import {
  addLog,
  configMapOf,
  crashLoop,
  deploymentOf,
  event,
  podsOf,
  pullFails,
  rollOut,
  setCondition,
  unready,
  waiting,
} from '#test/support/faults.ts';
import { ago, COLLECTOR_CONFIG, healthyNamespace, NAMESPACE, settle } from '#test/support/namespace.ts';
import { addPolicy } from '#test/support/policies.ts';

/** The codes from a symptom up to its root. */
function chain(snapshot: Snapshot, code: string): string[] {
  const { findings } = judge(snapshot);
  const up = (fingerprint: string | undefined): string[] => {
    const found = findings.find((finding) => finding.fingerprint === fingerprint);
    return found ? [found.code, ...up(found.explainedBy)] : [];
  };
  return up(findings.find((finding) => finding.code === code)?.fingerprint);
}

const exportFails = (snapshot: Snapshot) => {
  for (const pod of podsOf(snapshot, 'otlp-app')) {
    const line =
      'ERROR name="BatchSpanProcessor.ExportError" error="tcp connect error: Connection refused (os error 111)"';
    addLog(snapshot, pod, `${ago(3)} ${line}\n${ago(1)} ${line}\n`);
  }
  return snapshot;
};

const collectorConfigBroken = () => {
  const snapshot = healthyNamespace();
  const map = configMapOf(snapshot, 'otel-collector-config');
  map.data = { 'collector.yaml': COLLECTOR_CONFIG.replace('exporters: [debug]', 'exporters: [otlp]') };
  map.metadata.managedFields = [{ manager: 'kubectl-edit', time: ago(10) }];
  return crashLoop(snapshot, podsOf(snapshot, 'otel-collector'), {
    log: 'Error: invalid configuration: service::pipelines::traces: references exporter "otlp" which is not configured',
  });
};

describe('cascades', () => {
  it('a broken Collector configuration reaches the application through Service and endpoint', () => {
    const snapshot = exportFails(collectorConfigBroken());
    expect(roots(snapshot)).toEqual(['collector-config-invalid']);
    expect(chain(snapshot, 'otlp-export-failing')).toEqual([
      'otlp-export-failing',
      'collector-down',
      'container-crash-loop',
      'container-exit-error',
      'collector-config-invalid',
    ]);
    expect(judge(snapshot)).toMatchObject({ verdict: 'degraded', layer: 'otlp', action: { class: 'escalate' } });
  });

  it('goes on into the application where that ends or is not ready for want of the Collector', () => {
    const crashing = collectorConfigBroken();
    crashLoop(crashing, podsOf(crashing, 'otlp-app'), {
      log: 'Error: cannot connect to http://otel-collector:4317: connection refused',
    });
    const unwell = collectorConfigBroken();
    unready(unwell, podsOf(unwell, 'otlp-app'), 'Readiness probe failed: HTTP probe failed with statuscode: 503');
    for (const snapshot of [crashing, unwell]) {
      expect(roots(snapshot)).toEqual(['collector-config-invalid']);
      expect(judge(snapshot)).toMatchObject({ verdict: 'failed', rootCauses: [{ severity: 'P0' }] });
    }
  });

  it('does not take a hung application for a victim of the Collector', () => {
    const snapshot = collectorConfigBroken();
    unready(snapshot, podsOf(snapshot, 'otlp-app'), 'Readiness probe failed: context deadline exceeded');
    expect(roots(snapshot)).toEqual(['readiness-probe-failing', 'collector-config-invalid']);
  });

  it('a used-up quota: replica failure, unavailable, no endpoints', () => {
    const snapshot = healthyNamespace();
    snapshot.objects.pods = snapshot.objects.pods.filter(({ metadata }) => metadata.labels?.app !== 'otlp-app');
    settle(snapshot);
    const message =
      'pods "otlp-app-x" is forbidden: exceeded quota: team, requested: pods=1, used: pods=4, limited: pods=4';
    const failure = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message };
    setCondition(deploymentOf(snapshot, 'otlp-app').status?.conditions, failure, 4);
    expect(chain(snapshot, 'service-no-ready-endpoints')).toEqual([
      'service-no-ready-endpoints',
      'deployment-unavailable',
      'deployment-replica-failure',
      'quota-exceeded',
    ]);
    expect(roots(snapshot)).toEqual(['quota-exceeded']);
  });

  it('a node that is lost with the pods on it', () => {
    const snapshot = healthyNamespace();
    const ready = {
      type: 'Ready',
      status: 'Unknown',
      reason: 'NodeStatusUnknown',
      message: 'Kubelet stopped posting node status.',
    };
    for (const { status } of snapshot.objects.nodes) setCondition(status?.conditions, ready, 4);
    unready(snapshot, snapshot.objects.pods, undefined, 4);
    expect(new Set(roots(snapshot))).toEqual(new Set(['node-not-ready']));
    expect(judge(snapshot).verdict).toBe('failed');
    for (const pod of snapshot.objects.pods) {
      pod.metadata.deletionTimestamp = ago(1);
      const taken = { type: 'DisruptionTarget', status: 'True', reason: 'DeletionByTaintManager' };
      pod.status?.conditions?.push({ ...taken, lastTransitionTime: ago(2) });
    }
    expect(new Set(roots(settle(snapshot)))).toEqual(new Set(['node-not-ready']));
    expect(chain(snapshot, 'pod-disrupted-by-platform')).toEqual(['pod-disrupted-by-platform', 'node-not-ready']);
  });

  it('one node that is lost, and no room for what ran there', () => {
    const lostNode = (carrier: string) => {
      const snapshot = healthyNamespace();
      const ready = { type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown' };
      setCondition(snapshot.objects.nodes[0]?.status?.conditions, ready, 8);
      const pod = podsOf(snapshot, 'otlp-app').find(({ spec }) => spec.nodeName === carrier);
      if (!pod) throw new Error('no pod');
      const successor = structuredClone(pod);
      Object.assign(successor.metadata, { name: 'otlp-app-7d4f9c2-ccccc', uid: 'uid-c' });
      delete successor.spec.nodeName;
      const message = `0/3 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/unreachable: }, 2 Insufficient cpu.`;
      const scheduled = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message };
      successor.status = { phase: 'Pending', conditions: [{ ...scheduled, lastTransitionTime: ago(2) }] };
      unready(snapshot, [pod], undefined, 8);
      pod.metadata.deletionTimestamp = ago(2);
      pod.status?.conditions?.push({
        ...{ type: 'DisruptionTarget', status: 'True', reason: 'DeletionByTaintManager' },
        lastTransitionTime: ago(2),
      });
      snapshot.objects.pods.push(successor);
      return settle(snapshot);
    };
    const snapshot = lostNode('node-a');
    expect(roots(snapshot)).toEqual(['node-not-ready']);
    expect(chain(snapshot, 'unschedulable-insufficient-cpu')).toEqual([
      'unschedulable-insufficient-cpu',
      'node-not-ready',
    ]);
    expect(roots(lostNode('node-b'))).toContain('unschedulable-insufficient-cpu');
  });
});

describe('independent faults', () => {
  it('stay apart, the graver one first', () => {
    const snapshot = healthyNamespace();
    pullFails(snapshot, podsOf(snapshot, 'otel-collector').slice(0, 1), 'not found');
    crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { exitCode: 137, reason: 'OOMKilled' });
    expect(roots(snapshot)).toEqual(['container-oom-killed', 'image-not-found']);
    expect(judge(snapshot).rootCauses.map(({ severity }) => severity)).toEqual(['P0', 'P2']);
  });

  it('in two containers of one pod do not explain each other', () => {
    const snapshot = healthyNamespace();
    const pods = podsOf(snapshot, 'otlp-app');
    crashLoop(snapshot, pods, { exitCode: 137, reason: 'OOMKilled' });
    for (const { spec, status } of pods) {
      spec.containers.push({ name: 'sidecar', image: 'registry.example.com/sidecar:2' });
      status?.containerStatuses?.push({
        name: 'sidecar',
        ready: false,
        restartCount: 5,
        state: { waiting: { reason: 'CrashLoopBackOff' } },
        lastState: { terminated: { exitCode: 1, reason: 'Error', finishedAt: ago(1) } },
      });
    }
    expect(roots(snapshot).sort()).toEqual(['container-exit-error', 'container-oom-killed']);
    const loops = judge(snapshot).findings.filter(({ code }) => code === 'container-crash-loop');
    expect(loops).toHaveLength(2);
    expect(new Set(loops.map(({ explainedBy }) => explainedBy)).size).toBe(2);
  });

  it('of another workload explain nothing of this one, though they share a namespace and labels', () => {
    const snapshot = healthyNamespace();
    crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { exitCode: 1, log: 'Error: bad flag' });
    snapshot.absentSecrets.push({ namespace: NAMESPACE, name: 'unrelated' });
    const collector = deploymentOf(snapshot, 'otel-collector').spec.template.spec.containers[0];
    if (collector) collector.envFrom = [{ secretRef: { name: 'unrelated' } }];
    expect(roots(snapshot)).toEqual(['container-exit-error', 'secret-missing']);
  });
});

describe('the order of root causes of equal effect', () => {
  it('prefers what an API field states over what a log suggests', () => {
    const snapshot = exportFails(healthyNamespace());
    snapshot.secrets = [];
    snapshot.absentSecrets.push({ namespace: NAMESPACE, name: 'otlp-app-secrets' });
    const { rootCauses } = judge(snapshot);
    expect(rootCauses.map(({ code, severity, confidence }) => [code, severity, confidence])).toEqual([
      ['secret-missing', 'P2', 'certain'],
      ['otlp-export-failing', 'P2', 'likely'],
    ]);
  });

  it('prefers what began just after a change', () => {
    const snapshot = healthyNamespace();
    const [old] = podsOf(snapshot, 'otel-collector');
    if (old) crashLoop(snapshot, [old], { exitCode: 3, since: 3 });
    const made = rollOut(snapshot, 'otlp-app', () => undefined, 10);
    crashLoop(snapshot, [made], { exitCode: 4, since: 9 });
    expect(judge(snapshot).rootCauses.map(({ owner }) => owner?.name)).toEqual(['otlp-app', 'otel-collector']);
  });
});

describe('the list of findings', () => {
  it('has the root causes first, then their symptoms, then advice', () => {
    const snapshot = healthyNamespace();
    waiting(snapshot, podsOf(snapshot, 'otlp-app'), 'InvalidImageName', 'couldn\'t parse image name "a b"');
    for (const pod of podsOf(snapshot, 'otlp-app'))
      event(snapshot, pod, 'InspectFailed', 'Failed to apply default image tag');
    deploymentOf(snapshot, 'otel-collector').spec.template.spec.containers[0] = {
      name: 'collector',
      image: 'otel/opentelemetry-collector-contrib:0.161.0',
      args: ['--config=/conf/collector.yaml'],
      volumeMounts: [{ name: 'config', mountPath: '/conf' }],
      ports: [{ containerPort: 4317 }, { containerPort: 4318 }],
    };
    const { findings } = judge(snapshot);
    expect(findings[0]?.code).toBe('image-name-invalid');
    expect(findings.at(-1)?.code).toBe('resources-unset');
    expect(codes(snapshot)).toEqual([
      'deployment-unavailable',
      'image-name-invalid',
      'resources-unset',
      'service-no-ready-endpoints',
    ]);
    expect(findingOf(snapshot, 'resources-unset').explainedBy).toBeUndefined();
  });

  it('makes one root of one object at fault, however many workloads suffer from it', () => {
    const snapshot = healthyNamespace();
    const exporting = COLLECTOR_CONFIG.replace(
      'debug: {}',
      'otlp:\n    endpoint: otel-collector:4317\n    tls: { insecure: true }',
    );
    configMapOf(snapshot, 'otel-collector-config').data = {
      'collector.yaml': exporting.replace('exporters: [debug]', 'exporters: [otlp]'),
    };
    addPolicy(snapshot, 'inside-only', {
      podSelector: {},
      policyTypes: ['Egress'],
      egress: [{ to: [{ podSelector: {} }] }],
    });
    expect(roots(exportFails(snapshot))).toEqual(['netpol-egress-denies-dns']);
    const denied = judge(snapshot).findings.filter(({ code }) => code === 'netpol-egress-denies-dns');
    expect(denied.map(({ owner }) => owner?.name).sort()).toEqual(['otel-collector', 'otlp-app']);
  });
});
