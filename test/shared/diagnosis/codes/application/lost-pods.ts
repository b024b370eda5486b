import type { Pod } from '#shared/domain/kubernetes.ts';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import { emptying } from '#test/support/drains.ts';
import { event, evict, podsOf, setCondition } from '#test/support/faults.ts';
import { ago, healthyNamespace, settle } from '#test/support/namespace.ts';
import { type Cases, inPodsOf, UNREAD_PODS } from '../case.ts';

const at = inPodsOf('otlp-app');
const LOW_ON = (resource: string) =>
  `The node was low on resource: ${resource}. Threshold quantity: 100Mi, available: 45080Ki. Container app was using 980Mi, request is 128Mi, has larger consumption of ${resource}. `;

/** Both replicas were thrown out, and nothing has replaced them. */
const evicted = (message: string): Snapshot => {
  const snapshot = healthyNamespace();
  return evict(snapshot, podsOf(snapshot, 'otlp-app'), message);
};

/** A pod of the application beside those that serve. */
function another(snapshot: Snapshot, suffix = 'zzzzz'): Pod {
  const made = structuredClone(podsOf(snapshot, 'otlp-app')[0]);
  if (!made) throw new Error('no pod');
  made.metadata = { ...made.metadata, name: `otlp-app-7d4f9c2-${suffix}`, uid: `uid-${suffix}` };
  snapshot.objects.pods.push(made);
  return made;
}

/** What was evicted is left over; both replicas serve. */
const leftover = (message: string, ...minutes: number[]): Snapshot => {
  const snapshot = healthyNamespace();
  for (const each of minutes) evict(snapshot, [another(snapshot, `z${each}`)], message, each);
  return snapshot;
};

const NO_ROOM =
  '0/3 nodes are available: 3 Insufficient memory. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.';

/** The replicas had to go for others; their successors find no room. */
function preempted(gone: boolean): Snapshot {
  const snapshot = healthyNamespace();
  for (const pod of podsOf(snapshot, 'otlp-app')) {
    const old = another(snapshot, `${pod.metadata.name.at(-1)}0000`);
    const says = 'Preempted by pod 3f0c1d2e-7a55-4e0b-9a41-1c2d3e4f5a6b on node node-a';
    event(snapshot, old, 'Preempted', says, { since: 4, last: 4 });
    if (gone) snapshot.objects.pods.pop();
    else {
      old.metadata.deletionTimestamp = ago(-0.4);
      setCondition(
        old.status?.conditions,
        {
          type: 'DisruptionTarget',
          status: 'True',
          reason: 'PreemptionByScheduler',
          message: 'default-scheduler: preempting to accommodate a higher priority pod',
        },
        4,
      );
    }
    delete pod.spec.nodeName;
    pod.metadata.creationTimestamp = ago(4);
    pod.status = {
      phase: 'Pending',
      conditions: [
        {
          type: 'PodScheduled',
          status: 'False',
          reason: 'Unschedulable',
          message: NO_ROOM,
          lastTransitionTime: ago(4),
        },
      ],
    };
    event(snapshot, pod, 'FailedScheduling', NO_ROOM, { since: 4 });
  }
  return settle(snapshot);
}

/** A deleted pod that should have gone so many minutes ago; `missing` = a StatefulSet waits for it, as it were. */
function terminating(minutes: number, { finalizers = [] as string[], lost = false, missing = true } = {}): Snapshot {
  const snapshot = healthyNamespace();
  const [pod] = podsOf(snapshot, 'otlp-app');
  if (!pod) throw new Error('no pod');
  const old = missing ? pod : another(snapshot);
  Object.assign(old.metadata, {
    deletionTimestamp: ago(minutes),
    deletionGracePeriodSeconds: 30,
    ...(finalizers.length > 0 && { finalizers }),
  });
  if (lost) {
    // The node lifecycle controller says so for every pod of the node.
    setCondition(old.status?.conditions, { type: 'Ready', status: 'False' }, minutes + 6);
    const node = snapshot.objects.nodes.find(({ metadata }) => metadata.name === old.spec.nodeName);
    setCondition(
      node?.status?.conditions,
      {
        type: 'Ready',
        status: 'Unknown',
        reason: 'NodeStatusUnknown',
        message: 'Kubelet stopped posting node status.',
      },
      minutes + 6,
    );
  }
  return settle(snapshot);
}

/** Pods that were taken from their workload. */
export const lostPods = {
  'pod-evicted': {
    positive: [
      {
        when: 'the node ran low on memory',
        at,
        severity: 'P0',
        shows: 'The node was low on resource: memory',
        build: () => evicted(LOW_ON('memory')),
      },
      { when: 'the node ran low on disk', at, severity: 'P0', build: () => evicted(LOW_ON('ephemeral-storage')) },
      {
        when: 'the node says itself that it is under pressure',
        at,
        severity: 'P0',
        as: 'symptom of node-memory-pressure',
        build: () => {
          const snapshot = evicted(LOW_ON('memory'));
          const node = snapshot.objects.nodes[0];
          for (const pod of podsOf(snapshot, 'otlp-app')) pod.spec.nodeName = node?.metadata.name ?? '';
          setCondition(
            node?.status?.conditions,
            {
              type: 'MemoryPressure',
              status: 'True',
              reason: 'KubeletHasInsufficientMemory',
              message: 'kubelet has insufficient memory available',
            },
            5,
          );
          return snapshot;
        },
      },
      { when: 'their successors serve', at, as: 'advice', build: () => leftover(LOW_ON('memory'), 20) },
    ],
    nearMiss: [
      {
        why: 'they outgrew a limit of their own',
        roots: ['ephemeral-storage-exceeded'],
        build: () => evicted('Pod ephemeral local storage usage exceeds the total limit of containers 1Gi. '),
      },
      { why: 'it is two hours ago', roots: [], build: () => leftover(LOW_ON('memory'), 120) },
    ],
    notApplicable: [UNREAD_PODS],
  },
  'ephemeral-storage-exceeded': {
    positive: [
      {
        when: 'all its local storage',
        at,
        severity: 'P0',
        shows: 'ephemeral local storage usage exceeds',
        build: () => evicted('Pod ephemeral local storage usage exceeds the total limit of containers 1Gi. '),
      },
      {
        when: 'one container',
        at,
        severity: 'P0',
        build: () => evicted('Container app exceeded its local ephemeral storage limit "1Gi". '),
      },
      {
        when: 'an emptyDir',
        at,
        severity: 'P0',
        build: () => evicted('Usage of EmptyDir volume "cache" exceeds the limit "500Mi". '),
      },
      {
        when: 'again and again, though the successors serve',
        at,
        severity: 'P2',
        build: () => leftover('Usage of EmptyDir volume "cache" exceeds the limit "500Mi". ', 50, 31, 12),
      },
    ],
    nearMiss: [
      {
        why: 'the node ran out of disk, whoever filled it',
        roots: ['pod-evicted'],
        build: () => evicted(LOW_ON('ephemeral-storage')),
      },
      {
        why: 'it is two hours ago',
        roots: [],
        build: () => leftover('Usage of EmptyDir volume "cache" exceeds the limit "500Mi". ', 120),
      },
    ],
    notApplicable: [UNREAD_PODS],
  },
  'pod-preempted': {
    positive: [
      {
        when: 'only the event is left of them, and their successors find no room',
        at,
        severity: 'P0',
        shows: 'Preempted by pod',
        build: () => preempted(true),
      },
      {
        when: 'they are on their way out',
        at,
        severity: 'P0',
        shows: 'PreemptionByScheduler',
        build: () => preempted(false),
      },
    ],
    nearMiss: [
      {
        why: 'they find no room, and nobody pushed them out',
        roots: ['unschedulable-insufficient-memory'],
        build: () => {
          const snapshot = preempted(true);
          snapshot.objects.events = snapshot.objects.events.filter(({ reason }) => reason !== 'Preempted');
          return snapshot;
        },
      },
      {
        why: 'a pod of somebody else gave way',
        roots: [],
        build: () => {
          const snapshot = healthyNamespace();
          return event(
            snapshot,
            { metadata: { name: 'batch-5d8f6c7b9-abcde', uid: 'uid-batch' } },
            'Preempted',
            'Preempted by pod 3f0c1d2e on node node-a',
          );
        },
      },
    ],
    notApplicable: [{ why: 'neither pods nor events may be read', unread: ['pods', 'events'] }],
  },
  'pod-stuck-terminating': {
    positive: [
      {
        when: 'a finalizer holds it',
        at,
        severity: 'P2',
        shows: 'example.com/drain',
        build: () => terminating(20, { finalizers: ['example.com/drain'] }),
      },
      { when: 'the node does not finish', at, severity: 'P2', build: () => terminating(20) },
      {
        when: 'its node is lost, and that is the cause',
        at,
        severity: 'P2',
        as: 'symptom of node-not-ready',
        shows: 'Unknown',
        build: () => terminating(20, { lost: true }),
      },
      {
        when: 'a leftover beside the replicas that serve',
        at,
        as: 'advice',
        build: () => terminating(20, { finalizers: ['example.com/drain'], missing: false }),
      },
      {
        when: 'who empties its node waits for the leftover',
        at,
        severity: 'P2',
        shows: 'aborting ScaleDown',
        build: () => emptying(terminating(20, { finalizers: ['example.com/drain'], missing: false }), 'failed'),
      },
      {
        when: 'its process does not die, on a node that takes no others',
        at,
        severity: 'P2',
        build: () => emptying(terminating(20, { missing: false }), 'cordoned'),
      },
      {
        when: 'the drain of its node has only just begun',
        at,
        as: 'advice',
        build: () => emptying(terminating(2, { missing: false }), 'cordoned'),
      },
    ],
    nearMiss: [
      { why: 'it has its grace period still', build: () => terminating(-0.5, { missing: false }) },
      { why: 'it should have gone some seconds ago', build: () => terminating(0.5, { missing: false }) },
    ],
    notApplicable: [UNREAD_PODS],
  },
} satisfies Cases;
