import type { Snapshot } from '#shared/domain/snapshot.ts';
import { deploymentOf, podsOf, rollOut } from '#test/support/faults.ts';
import { ago, healthyNamespace, NAMESPACE, settle } from '#test/support/namespace.ts';
import { type Cases, type CodeCases, inPodsOf, type Positive } from '../case.ts';

/*
 * The words are those of pkg/scheduler/framework/plugins of Kubernetes 1.36; where an older release had others, the case
 * says so. Events come by the newer API: their time stands in eventTime and series.
 */

const at = inPodsOf('otlp-app');
const unreadPods = { why: 'pods may not be read', unread: ['pods'] } as const;

const NO_VICTIMS = (count: number) =>
  ` no new claims to deallocate, preemption: 0/${count} nodes are available: ${count} No preemption victims found for incoming pod.`;
const NOT_HELPFUL = (count: number) =>
  ` no new claims to deallocate, preemption: 0/${count} nodes are available: ${count} Preemption is not helpful for scheduling.`;

type Pods = ReturnType<typeof podsOf>;

/** Pods that the scheduler has tried to place for some minutes. */
function pending(snapshot: Snapshot, pods: Pods, message: string, reason = 'Unschedulable', minutes = 6): Snapshot {
  for (const pod of pods) {
    delete pod.spec.nodeName;
    pod.metadata.creationTimestamp = ago(minutes);
    pod.status = {
      phase: 'Pending',
      conditions: [{ type: 'PodScheduled', status: 'False', reason, message, lastTransitionTime: ago(minutes) }],
    };
    const { name, namespace = NAMESPACE, uid = '' } = pod.metadata;
    if (reason !== 'Unschedulable') continue;
    snapshot.objects.events.push({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${name}.18a3f`, namespace, creationTimestamp: ago(minutes) },
      type: 'Warning',
      reason: 'FailedScheduling',
      message,
      firstTimestamp: null,
      lastTimestamp: null,
      eventTime: ago(minutes),
      series: { count: 3, lastObservedTime: ago(1) },
      involvedObject: { kind: 'Pod', namespace, name, uid },
      reportingComponent: 'default-scheduler',
    });
  }
  return settle(snapshot);
}

/** None of the pods finds a node. */
const nowhere = (message: string, reason?: string): Snapshot => {
  const snapshot = healthyNamespace();
  return pending(snapshot, podsOf(snapshot, 'otlp-app'), message, reason);
};

/** The pod of a new revision finds none; the old ones serve. */
const newOneNowhere = (message: string): Snapshot => {
  const snapshot = healthyNamespace();
  const made = rollOut(snapshot, 'otlp-app', (container) => {
    container.resources = { requests: { cpu: '6', memory: '20Gi' } };
  });
  return pending(snapshot, [made], message);
};

const all = (when: string, message: string): Positive => ({
  when,
  at,
  severity: 'P0',
  shows: message,
  build: () => nowhere(message),
});

const instead = (why: string, root: NonNullable<CodeCases['nearMiss'][number]['roots']>[number], message: string) => ({
  why,
  roots: [root],
  build: () => nowhere(message),
});

const CPU = `0/3 nodes are available: 3 Insufficient cpu.${NO_VICTIMS(3)}`;
const MEMORY = `0/3 nodes are available: 1 Insufficient cpu, 3 Insufficient memory.${NO_VICTIMS(3)}`;
const TAINT = `0/3 nodes are available: 3 node(s) had untolerated taint(s).${NOT_HELPFUL(3)}`;
const SELECTOR = `0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector.${NOT_HELPFUL(3)}`;
const SPREAD = `0/3 nodes are available: 3 node(s) didn't match pod topology spread constraints.${NO_VICTIMS(3)}`;
const TOO_MANY = `0/3 nodes are available: 3 Too many pods.${NO_VICTIMS(3)}`;
const CORDONED = `0/3 nodes are available: 3 node(s) were unschedulable.${NOT_HELPFUL(3)}`;

/** Two of three nodes are lost, and the third is for others: the successors of their pods wait. */
function nodesLost(): Snapshot {
  const snapshot = healthyNamespace();
  const taints = ['NoSchedule', 'NoExecute'].map((effect) => ({ key: 'node.kubernetes.io/unreachable', effect }));
  for (const node of snapshot.objects.nodes.slice(0, 2)) {
    node.spec = { taints };
    for (const condition of node.status?.conditions ?? [])
      Object.assign(condition, {
        status: 'Unknown',
        reason: 'NodeStatusUnknown',
        message: 'Kubelet stopped posting node status.',
        lastTransitionTime: ago(11),
      });
  }
  for (const node of snapshot.objects.nodes.slice(2))
    node.spec = { taints: [{ key: 'dedicated', value: 'batch', effect: 'NoSchedule' }] };
  const lost = podsOf(snapshot, 'otlp-app');
  for (const pod of lost) {
    const old = structuredClone(pod);
    old.metadata = { ...old.metadata, name: `${old.metadata.name}-old`, uid: `${old.metadata.uid}-old` };
    old.metadata.deletionTimestamp = ago(6);
    Object.assign(old.spec, { nodeName: 'node-a' });
    for (const condition of old.status?.conditions ?? [])
      if (/Ready$/.test(condition.type)) Object.assign(condition, { status: 'False', lastTransitionTime: ago(11) });
    snapshot.objects.pods.push(old);
  }
  return pending(snapshot, lost, TAINT, 'Unschedulable', 6);
}

/** Why the scheduler finds no node. */
export const scheduling = {
  'unschedulable-insufficient-cpu': {
    positive: [
      all('every node is full', CPU),
      all(
        'the workers are full, and more nodes are for the control plane',
        `0/5 nodes are available: 2 Insufficient cpu, 3 node(s) had untolerated taint(s).${NO_VICTIMS(5)}`,
      ),
      all(
        'the same before 1.35, where the taint was named',
        '0/5 nodes are available: 2 Insufficient cpu, 3 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }. preemption: 0/5 nodes are available: 2 No preemption victims found for incoming pod, 3 Preemption is not helpful for scheduling.',
      ),
      {
        when: 'the newest revision asks for more than any node has',
        at,
        severity: 'P2',
        shows: CPU,
        build: () => newOneNowhere(CPU),
      },
      {
        when: 'the condition says nothing, and the event does',
        at,
        severity: 'P0',
        build: () => {
          const snapshot = nowhere(CPU);
          for (const { status } of podsOf(snapshot, 'otlp-app')) if (status) status.conditions = [];
          return snapshot;
        },
      },
    ],
    nearMiss: [
      instead('more nodes lack memory', 'unschedulable-insufficient-memory', MEMORY),
      {
        why: 'it has found a node since',
        roots: [],
        build: () => {
          const snapshot = healthyNamespace();
          const [pod] = podsOf(snapshot, 'otlp-app');
          const before = structuredClone(pod);
          if (pod && before) {
            pending(snapshot, [pod], CPU);
            Object.assign(pod, before);
          }
          return settle(snapshot);
        },
      },
    ],
    notApplicable: [unreadPods],
  },
  'unschedulable-insufficient-memory': {
    positive: [all('every node is full', MEMORY)],
    nearMiss: [instead('it is CPU that lacks', 'unschedulable-insufficient-cpu', CPU)],
    notApplicable: [unreadPods],
  },
  'unschedulable-taint': {
    positive: [
      all('the nodes are for others', TAINT),
      all(
        'the same before 1.35',
        '0/3 nodes are available: 3 node(s) had untolerated taint {dedicated: batch}. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
      ),
      all(
        'the same before 1.24',
        "0/3 nodes are available: 3 node(s) had taint {dedicated: batch}, that the pod didn't tolerate.",
      ),
      {
        when: 'the node is lost, and the others are for others',
        at,
        as: 'symptom of node-not-ready',
        severity: 'P0',
        build: nodesLost,
      },
    ],
    nearMiss: [
      instead(
        'the nodes without the taint are full',
        'unschedulable-too-many-pods',
        `0/4 nodes are available: 1 node(s) had untolerated taint(s), 3 Too many pods.${NO_VICTIMS(4)}`,
      ),
      instead('the nodes are cordoned', 'unschedulable-nodes-cordoned', CORDONED),
    ],
    notApplicable: [unreadPods],
  },
  'unschedulable-affinity': {
    positive: [
      all('no node has the labels', SELECTOR),
      all(
        'the replicas may not stand together, and there are too few nodes',
        `0/3 nodes are available: 3 node(s) didn't match pod anti-affinity rules.${NO_VICTIMS(3)}`,
      ),
      all(
        'what it wants to stand beside is nowhere',
        `0/3 nodes are available: 3 node(s) didn't match pod affinity rules.${NOT_HELPFUL(3)}`,
      ),
      all(
        'those who are there want it nowhere near',
        `0/3 nodes are available: 3 node(s) didn't satisfy existing pods anti-affinity rules.${NO_VICTIMS(3)}`,
      ),
    ],
    nearMiss: [
      instead(
        'its volume is in another zone',
        'volume-zone-conflict',
        `0/3 nodes are available: 3 node(s) didn't match PersistentVolume's node affinity.${NOT_HELPFUL(3)}`,
      ),
      instead(
        'the nodes that have the labels are full',
        'unschedulable-insufficient-memory',
        `0/4 nodes are available: 1 Insufficient memory, 3 node(s) didn't match Pod's node affinity/selector.${NO_VICTIMS(4)}`,
      ),
    ],
    notApplicable: [unreadPods],
  },
  'unschedulable-topology-spread': {
    positive: [
      all('one more would stand too many in a zone', SPREAD),
      all(
        'the nodes do not say in which zone they are',
        `0/3 nodes are available: 3 node(s) didn't match pod topology spread constraints (missing required label).${NOT_HELPFUL(3)}`,
      ),
    ],
    nearMiss: [instead('the labels are the matter', 'unschedulable-affinity', SELECTOR)],
    notApplicable: [unreadPods],
  },
  'unschedulable-too-many-pods': {
    positive: [all('every node has as many as its network interfaces allow', TOO_MANY)],
    nearMiss: [instead('they have room for pods, and no CPU', 'unschedulable-insufficient-cpu', CPU)],
    notApplicable: [unreadPods],
  },
  'unschedulable-nodes-cordoned': {
    positive: [all('all are cordoned', CORDONED)],
    nearMiss: [
      {
        why: 'the node of a running pod is cordoned, which does not mind',
        roots: [],
        build: () => {
          const snapshot = healthyNamespace();
          for (const node of snapshot.objects.nodes)
            node.spec = {
              unschedulable: true,
              taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }],
            };
          return snapshot;
        },
      },
      instead('a taint keeps it away', 'unschedulable-taint', TAINT),
    ],
    notApplicable: [unreadPods],
  },
  'scheduling-gated': {
    positive: [
      {
        when: 'nobody has opened the gate',
        at,
        severity: 'P0',
        shows: 'SchedulingGated',
        build: () => {
          const snapshot = nowhere('Scheduling is blocked due to non-empty scheduling gates', 'SchedulingGated');
          const gates = { schedulingGates: [{ name: 'kueue.x-k8s.io/admission' }] };
          for (const { spec } of [...podsOf(snapshot, 'otlp-app'), deploymentOf(snapshot, 'otlp-app').spec.template])
            Object.assign(spec, gates);
          return snapshot;
        },
      },
    ],
    nearMiss: [instead('the gate is open, and there is no room', 'unschedulable-insufficient-cpu', CPU)],
    notApplicable: [unreadPods],
  },
} satisfies Cases;
