import type { Condition } from '#shared/domain/kubernetes.ts';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import { event, evict, podsOf, setCondition, waiting } from '#test/support/faults.ts';
import { ago, healthyNamespace, settle } from '#test/support/namespace.ts';
import { type Cases, type CodeCases, the } from '../case.ts';

/* The words of the kubelet (pkg/kubelet/nodestatus), the node lifecycle controller and the route controller. */

const at = the('Node', 'node-a');
const unreadNodes = { why: 'nodes may not be read', unread: ['nodes'] } as const;

const nodeOf = ({ objects }: Snapshot, name: string) => {
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

const notReady = (message: string): Condition => ({
  type: 'Ready',
  status: 'False',
  reason: 'KubeletNotReady',
  message,
});

const reported = (message: string): Snapshot => podsNotReady(says(healthyNamespace(), notReady(message)), 'node-a');

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

const monitored = (type: string, reason: string, message: string, status = 'False'): Snapshot => {
  const snapshot = healthyNamespace();
  nodeOf(snapshot, 'node-a').status?.conditions?.push({
    type,
    status,
    reason,
    message,
    lastTransitionTime: ago(12),
  });
  return snapshot;
};

const withoutNetwork = (reason: string, message: string): Snapshot => {
  const snapshot = healthyNamespace();
  nodeOf(snapshot, 'node-a').status?.conditions?.push({
    type: 'NetworkUnavailable',
    status: 'True',
    reason,
    message,
    lastTransitionTime: ago(9),
  });
  return snapshot;
};

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
        build: () =>
          reported(
            'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized',
          ),
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
    notApplicable: [unreadNodes],
  },
  'node-memory-pressure': pressure('memory'),
  'node-disk-pressure': pressure('disk'),
  'node-pid-pressure': pressure('pid'),
  'node-network-unavailable': {
    positive: [
      {
        when: 'the cloud has no route to it',
        at,
        severity: 'P2',
        shows: 'RouteController failed to create a route',
        build: () => withoutNetwork('NoRouteCreated', 'RouteController failed to create a route'),
      },
      {
        when: 'a new pod gets no network there',
        at,
        severity: 'P0',
        build: () => {
          const snapshot = withoutNetwork('NoRouteCreated', 'RouteController failed to create a route');
          const pods = podsOf(snapshot, 'otlp-app');
          for (const pod of pods) {
            pod.spec.nodeName = 'node-a';
            event(
              snapshot,
              pod,
              'FailedCreatePodSandBox',
              'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "9f0c": plugin type="aws-cni" name="aws-cni" failed (add): add cmd: failed to assign an IP address to container',
            );
          }
          return waiting(snapshot, pods, 'ContainerCreating');
        },
      },
    ],
    nearMiss: [
      {
        why: 'it has one',
        roots: [],
        build: () => monitored('NetworkUnavailable', 'RouteCreated', 'RouteController created a route'),
      },
      {
        why: 'what the monitor of EKS says of it is a code of its own',
        build: () => monitored('NetworkingReady', 'IPAMDNotRunning', 'aws-k8s-agent is not running'),
      },
    ],
    notApplicable: [unreadNodes],
  },
  'node-health-custom': {
    positive: [
      {
        when: 'the monitoring agent of EKS: network',
        at,
        as: 'advice',
        shows: 'IPAMDNotRunning',
        build: () => monitored('NetworkingReady', 'IPAMDNotRunning', 'aws-k8s-agent is not running'),
      },
      {
        when: 'the monitoring agent of EKS: kernel',
        at,
        as: 'advice',
        build: () => monitored('KernelReady', 'ForkFailedOutOfPIDs', 'fork: Resource temporarily unavailable'),
      },
      {
        when: 'the node problem detector: a file system',
        at,
        as: 'advice',
        shows: 'FilesystemIsReadOnly',
        build: () =>
          monitored(
            'ReadonlyFilesystem',
            'FilesystemIsReadOnly',
            'EXT4-fs (nvme0n1p1): Remounting filesystem read-only',
            'True',
          ),
      },
      {
        when: 'the node problem detector: the kernel',
        at,
        as: 'advice',
        shows: 'DockerHung',
        build: () =>
          monitored('KernelDeadlock', 'DockerHung', 'task docker:20744 blocked for more than 120 seconds.', 'True'),
      },
    ],
    nearMiss: [
      {
        why: 'the detector says that there is none',
        roots: [],
        build: () => monitored('KernelDeadlock', 'KernelHasNoDeadlock', 'kernel has no deadlock'),
      },
      {
        why: 'the agent says that all is well',
        roots: [],
        build: () => monitored('KernelReady', 'KernelIsReady', 'Monitoring for the Kernel system is active', 'True'),
      },
    ],
    notApplicable: [unreadNodes],
  },
} satisfies Cases;
