import type { Snapshot } from '#shared/domain/snapshot.ts';
import { event, podsOf, waiting } from '#test/support/faults.ts';
import { ago, healthyNamespace } from '#test/support/namespace.ts';
import { type Cases, the } from '../case.ts';
import { nodeOf } from './nodes.ts';

const at = the('Node', 'node-a');
const unreadNodes = { why: 'nodes may not be read', unread: ['nodes'] } as const;

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

/** Nodes of which something else than their kubelet says that they are unwell. */
export const nodeDefects = {
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
