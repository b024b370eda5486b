import { describe, expect, it } from 'vitest';
import { dominant } from '#shared/diagnosis/platform/unschedulable.ts';
import { codes, findingOf, judge, roots } from '#test/support/diagnosing.ts';
import { podsOf, setCondition, unready } from '#test/support/faults.ts';
import { ago, healthyNamespace, NAMESPACE, settle } from '#test/support/namespace.ts';

/** All pods of the app find no node, in the words of the scheduler. */
function unschedulable(message: string, reason = 'Unschedulable') {
  const snapshot = healthyNamespace();
  for (const pod of podsOf(snapshot, 'otlp-app')) {
    delete pod.spec.nodeName;
    pod.status = {
      phase: 'Pending',
      conditions: [{ type: 'PodScheduled', status: 'False', reason, message, lastTransitionTime: ago(6) }],
    };
  }
  return settle(snapshot);
}

const PREEMPTION = ' preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.';

describe('why no node takes the pods', () => {
  it.each([
    ['unschedulable-insufficient-cpu', `0/3 nodes are available: 3 Insufficient cpu.${PREEMPTION}`],
    [
      'unschedulable-insufficient-memory',
      `0/3 nodes are available: 1 Insufficient cpu, 3 Insufficient memory.${PREEMPTION}`,
    ],
    [
      'unschedulable-insufficient-cpu',
      `0/4 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 3 Insufficient cpu.${PREEMPTION}`,
    ],
    ['unschedulable-taint', '0/3 nodes are available: 3 node(s) had untolerated taint {dedicated: batch}.'],
    ['unschedulable-affinity', "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector."],
    ['unschedulable-affinity', "0/3 nodes are available: 3 node(s) didn't match pod anti-affinity rules."],
    [
      'unschedulable-topology-spread',
      "0/3 nodes are available: 3 node(s) didn't match pod topology spread constraints.",
    ],
    [
      'unschedulable-insufficient-cpu',
      "0/4 nodes are available: 1 Insufficient cpu, 3 node(s) didn't match Pod's node affinity/selector.",
    ],
    [
      'unschedulable-too-many-pods',
      "0/4 nodes are available: 1 Too many pods, 3 node(s) didn't match pod affinity rules.",
    ],
    ['unschedulable-too-many-pods', '0/3 nodes are available: 3 Too many pods.'],
    ['unschedulable-nodes-cordoned', '0/3 nodes are available: 3 node(s) were unschedulable.'],
    ['host-port-conflict', "0/3 nodes are available: 3 node(s) didn't have free ports for the requested pod ports."],
    [
      'volume-zone-conflict',
      '0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had volume node affinity conflict.',
    ],
    [
      'pvc-missing',
      '0/3 nodes are available: persistentvolumeclaim "data" not found. preemption: 0/3 nodes are available.',
    ],
    [
      'pvc-pending',
      '0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/3 nodes.',
    ],
  ])('%s: %s', (code, message) => {
    expect(roots(unschedulable(message))).toEqual([code]);
  });

  it('is for a pod of a DaemonSet what keeps it from its one node', () => {
    const message =
      "0/3 nodes are available: 1 node(s) didn't have free ports for the requested pod ports, 2 node(s) didn't match Pod's node affinity/selector.";
    expect(dominant(message)).toBe('unschedulable-affinity');
    expect(dominant(message, true)).toBe('host-port-conflict');
    const alone = "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector.";
    expect(dominant(alone, true)).toBe('unschedulable-affinity');
  });

  it('is no matter of tolerations where the taint tells that nodes are not well', () => {
    const message =
      '0/3 nodes are available: 3 node(s) had untolerated taint {node.kubernetes.io/network-unavailable: }.';
    expect(findingOf(unschedulable(message), 'unschedulable-taint').remedy.text).toContain('find out why');
    const dedicated = unschedulable('0/3 nodes are available: 3 node(s) had untolerated taint {dedicated: batch}.');
    expect(findingOf(dedicated, 'unschedulable-taint').remedy.text).toContain('Add the toleration');
  });

  it('is a gate where the pod says so', () => {
    expect(roots(unschedulable('Scheduling is blocked due to non-empty scheduling gates', 'SchedulingGated'))).toEqual([
      'scheduling-gated',
    ]);
  });

  it('is one finding for all pods, with the whole message as evidence', () => {
    const snapshot = unschedulable(`0/3 nodes are available: 3 Insufficient cpu.${PREEMPTION}`);
    const found = findingOf(snapshot, 'unschedulable-insufficient-cpu');
    expect(found).toMatchObject({ severity: 'P0', confidence: 'certain', actions: ['scale'] });
    expect(found.title).toContain('2 pods');
    expect(judge(snapshot)).toMatchObject({ layer: 'platform', action: { class: 'scale' } });
  });

  it('is left open where the message is not known', () => {
    expect(roots(unschedulable('0/3 nodes are available: 3 node(s) something new.'))).toEqual([
      'deployment-unavailable',
    ]);
  });
});

describe('a node that is not ready', () => {
  const lost = (name: string) => {
    const snapshot = healthyNamespace();
    const node = snapshot.objects.nodes.find(({ metadata }) => metadata.name === name);
    const ready = {
      type: 'Ready',
      status: 'Unknown',
      reason: 'NodeStatusUnknown',
      message: 'Kubelet stopped posting node status.',
    };
    setCondition(node?.status?.conditions, ready, 4);
    return snapshot;
  };

  it('explains the trouble of the pods on it', () => {
    const snapshot = lost('node-a');
    unready(snapshot, podsOf(snapshot, 'otlp-app').slice(0, 1), undefined, 4);
    expect(roots(snapshot)).toEqual(['node-not-ready']);
    expect(judge(snapshot)).toMatchObject({ verdict: 'degraded', layer: 'platform', action: { class: 'escalate' } });
  });

  it('does not explain that of a pod on another node', () => {
    const snapshot = lost('node-a');
    unready(
      snapshot,
      podsOf(snapshot, 'otlp-app').slice(1, 2),
      'Readiness probe failed: HTTP probe failed with statuscode: 500',
    );
    expect(roots(snapshot).sort()).toEqual(['node-not-ready', 'readiness-probe-failing']);
  });

  it('is nobody of ours where it carries no pod of ours', () => {
    expect(codes(lost('node-c'))).toEqual([]);
  });
});

describe('the namespace', () => {
  it('is the root of everything where it is missing', () => {
    const snapshot = healthyNamespace();
    for (const list of Object.values(snapshot.objects)) list.length = 0;
    snapshot.configFacts = [];
    expect(roots(snapshot)).toEqual(['namespace-missing-or-terminating']);
    expect(judge(snapshot).verdict).toBe('failed');
  });

  it('is named where it is being deleted', () => {
    const snapshot = healthyNamespace();
    Object.assign(snapshot.objects.namespaces[0] ?? {}, { status: { phase: 'Terminating' } });
    expect(roots(snapshot)).toEqual(['namespace-missing-or-terminating']);
  });

  it('is not missed where the reader may not look at namespaces', () => {
    const snapshot = healthyNamespace();
    snapshot.objects.namespaces = [];
    snapshot.coverage.notChecked.push({ check: 'namespaces', why: 'forbidden' });
    expect(judge(snapshot)).toMatchObject({ verdict: 'healthy', findings: [] });
    expect(NAMESPACE).toBe('otlp-system');
  });
});
