import type { Condition } from '#shared/domain/kubernetes.ts';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import { evict, podsOf, setCondition } from '#test/support/faults.ts';
import { ago, healthyNamespace, settle } from '#test/support/namespace.ts';
import { type Cases, type CodeCases, the } from '../case.ts';

/* The words of the kubelet (pkg/kubelet/nodestatus), the node lifecycle controller and the route controller. */

const at = the('Node', 'node-a');
const unreadNodes = { why: 'nodes may not be read', unread: ['nodes'] } as const;

export const nodeOf = ({ objects }: Snapshot, name: string) => {
  const node = objects.nodes.find(({ metadata }) => metadata.name === name);
  if (!node) throw new Error(`no node ${name}`);
  return node;
};

/** A node says so of itself since some minutes. */
function says(snapshot: Snapshot, condition: Condition, name = 'node-a', minutes = 6): Snapshot {
  setCondition(nodeOf(snapshot, name).status?.conditions, condition, minutes);
  return snapshot;
}

/** The controllers have marked the pods of the node, which nobody hears of any more. */
function silent(snapshot: Snapshot, name = 'node-a'): Snapshot {
  for (const { type } of structuredClone(nodeOf(snapshot, name).status?.conditions ?? []))
    says(
      snapshot,
      { type, status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' },
      name,
    );
  return podsNotReady(snapshot, name);
}

function podsNotReady(snapshot: Snapshot, name: string): Snapshot {
  for (const { spec, status } of snapshot.objects.pods)
    if (spec.nodeName === name) setCondition(status?.conditions, { type: 'Ready', status: 'False' }, 6);
  return settle(snapshot);
}

const NO_CNI =
  'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized';

const notReady = (message: string): Condition => ({
  type: 'Ready',
  status: 'False',
  reason: 'KubeletNotReady',
  message,
});

const reported = (message: string): Snapshot => podsNotReady(says(healthyNamespace(), notReady(message)), 'node-a');

/** The newest node has no network, since it was made some minutes ago; the replicas wait for room. */
function keptOff(minutes: number, taint = 'taint(s)'): Snapshot {
  const snapshot = says(healthyNamespace(), notReady(NO_CNI), 'node-c', minutes);
  const node = nodeOf(snapshot, 'node-c');
  node.metadata.creationTimestamp = ago(minutes);
  node.spec = { taints: [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }] };
  const message = `0/3 nodes are available: 1 node(s) had untolerated ${taint}, 2 Insufficient cpu. preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling, 2 No preemption victims found for incoming pod.`;
  for (const pod of podsOf(snapshot, 'otlp-app')) {
    delete pod.spec.nodeName;
    const waits = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message };
    pod.status = { phase: 'Pending', conditions: [{ ...waits, lastTransitionTime: ago(6) }] };
  }
  return settle(snapshot);
}

/** Both replicas stand on the same node. */
const together = (): Snapshot => {
  const snapshot = healthyNamespace();
  for (const { spec } of podsOf(snapshot, 'otlp-app')) spec.nodeName = 'node-a';
  return snapshot;
};

const PRESSURE = {
  memory: {
    type: 'MemoryPressure',
    status: 'True',
    reason: 'KubeletHasInsufficientMemory',
    message: 'kubelet has insufficient memory available',
  },
  disk: {
    type: 'DiskPressure',
    status: 'True',
    reason: 'KubeletHasDiskPressure',
    message: 'kubelet has disk pressure',
  },
  pid: {
    type: 'PIDPressure',
    status: 'True',
    reason: 'KubeletHasInsufficientPID',
    message: 'kubelet has insufficient PID available',
  },
} satisfies Record<string, Condition>;

const EVICTED = {
  memory:
    'The node was low on resource: memory. Threshold quantity: 100Mi, available: 45080Ki. Container app was using 980Mi, request is 128Mi, has larger consumption of memory. ',
  disk: 'The node was low on resource: ephemeral-storage. Threshold quantity: 2146223616, available: 1012932Ki. ',
  pid: 'The node was low on resource: pids. Threshold quantity: 3276, available: 1012. ',
};

/** A kubelet that is short of something, so that it evicts. */
const pressure = (what: keyof typeof PRESSURE): CodeCases => ({
  positive: [
    {
      when: 'it has evicted the replicas',
      at,
      severity: 'P0',
      shows: PRESSURE[what].message,
      build: () => {
        const snapshot = says(together(), PRESSURE[what]);
        return evict(snapshot, podsOf(snapshot, 'otlp-app'), EVICTED[what]);
      },
    },
    {
      when: 'the pods still run there',
      at,
      as: 'advice',
      build: () => says(healthyNamespace(), PRESSURE[what]),
    },
  ],
  nearMiss: [
    {
      why: 'the node is silent, and nobody knows',
      roots: ['node-not-ready'],
      build: () => {
        const snapshot = healthyNamespace();
        nodeOf(snapshot, 'node-a').status?.conditions?.push({ type: PRESSURE[what].type, status: 'False' });
        return silent(snapshot);
      },
    },
    {
      why: 'no pod of the target stands on it',
      roots: [],
      build: () => says(healthyNamespace(), PRESSURE[what], 'node-c'),
    },
  ],
  notApplicable: [unreadNodes],
});

/** Nodes that are unwell. */
export const nodes = {
  'node-not-ready': {
    positive: [
      {
        when: 'its kubelet is silent',
        at,
        severity: 'P2',
        shows: 'Kubelet stopped posting node status.',
        build: () => silent(healthyNamespace()),
      },
      { when: 'both replicas stood on it', at, severity: 'P0', build: () => silent(together()) },
      {
        when: 'the CNI plugin is not there',
        at,
        severity: 'P2',
        shows: 'cni plugin not initialized',
        build: () => reported(NO_CNI),
      },
      {
        when: 'the pods wait for it: all the others are full',
        at: the('Node', 'node-c'),
        severity: 'P0',
        shows: 'cni plugin not initialized',
        build: () => keptOff(40),
      },
      {
        when: 'the same before 1.35, where the taint was named',
        at: the('Node', 'node-c'),
        severity: 'P0',
        build: () => keptOff(40, 'taint {node.kubernetes.io/not-ready: }'),
      },
      {
        when: 'containerd is down',
        at,
        severity: 'P2',
        build: () =>
          reported(
            '[container runtime is down, PLEG is not healthy: pleg was last seen active 5m2s ago; threshold is 3m0s]',
          ),
      },
    ],
    nearMiss: [
      {
        why: 'it is only starting, and the pods wait for room',
        roots: ['unschedulable-insufficient-cpu'],
        build: () => keptOff(1),
      },
      {
        why: 'the pods want another kind of node',
        roots: ['unschedulable-insufficient-cpu'],
        build: () => {
          const snapshot = keptOff(40);
          for (const { spec } of podsOf(snapshot, 'otlp-app')) spec.nodeSelector = { 'kubernetes.io/arch': 'amd64' };
          return snapshot;
        },
      },
      {
        why: 'no pod of the target stands on it',
        roots: [],
        build: () => says(healthyNamespace(), notReady('container runtime is down'), 'node-c'),
      },
      {
        why: 'it came back two minutes ago',
        roots: [],
        build: () =>
          says(
            healthyNamespace(),
            { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' },
            'node-a',
            2,
          ),
      },
    ],
    notApplicable: [{ why: 'neither nodes nor pods may be read', unread: ['nodes', 'pods'] }],
  },
  'node-memory-pressure': pressure('memory'),
  'node-disk-pressure': pressure('disk'),
  'node-pid-pressure': pressure('pid'),
} satisfies Cases;
