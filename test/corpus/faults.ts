import type { Container, ContainerStatus, KubeObject, Pod, Workload } from '#shared/domain/kubernetes.ts';
import { ago } from './time.ts';
import { newPod, replicaSetOf } from './workloads.ts';
import type { World } from './world.ts';

/** What kubelet, scheduler and controllers write once something is wrong. */

const statusOf = (pod: Pod, container?: string): ContainerStatus => {
  const all = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  const found = container ? all.find(({ name }) => name === container) : pod.status?.containerStatuses?.[0];
  if (!found) throw new Error(`pod ${pod.metadata.name} has no container ${container}`);
  return found;
};

const conditionOf = (pod: Pod, type: string, status: string, minutes: number, more: object = {}): void => {
  const found = pod.status?.conditions?.find((each) => each.type === type);
  if (found) Object.assign(found, { status, lastTransitionTime: ago(minutes) }, more);
};

/** One of the containers is not ready since so many minutes. */
export function unready(pod: Pod, minutes: number, container = pod.spec.containers[0]?.name ?? ''): void {
  const why = { reason: 'ContainersNotReady', message: `containers with unready status: [${container}]` };
  conditionOf(pod, 'Ready', 'False', minutes, why);
  conditionOf(pod, 'ContainersReady', 'False', minutes, why);
  const status = pod.status?.containerStatuses?.find(({ name }) => name === container);
  if (status) status.ready = false;
}

/** Waits since so many minutes, and has never run. */
export function waits(pod: Pod, reason: string, message: string | undefined, minutes: number): ContainerStatus {
  unready(pod, minutes);
  const status = statusOf(pod);
  Object.assign(status, {
    started: false,
    imageID: '',
    state: { waiting: { reason, ...(message ? { message } : {}) } },
  });
  if (pod.status) pod.status.phase = 'Pending';
  return status;
}

/** The image does not come; `message` is what the runtime says. */
export function imagePull(world: World, pod: Pod, message: string, minutes = 12): void {
  const { image = '' } = pod.spec.containers[0] ?? {};
  waits(pod, 'ImagePullBackOff', `Back-off pulling image "${image}": ErrImagePull: ${message}`, minutes);
  const often = { from: minutes, to: 1 };
  world.event(pod, 'Normal', 'Pulling', `Pulling image "${image}"`, { count: 5, ...often });
  world.event(pod, 'Warning', 'Failed', `Failed to pull image "${image}": ${message}`, { count: 5, ...often });
  world.event(pod, 'Warning', 'Failed', 'Error: ErrImagePull', { count: 5, ...often });
  world.event(pod, 'Normal', 'BackOff', `Back-off pulling image "${image}"`, { count: 42, ...often });
  world.event(pod, 'Warning', 'Failed', 'Error: ImagePullBackOff', { count: 42, ...often });
}

interface Crash {
  exitCode: number;
  reason?: string;
  message?: string;
  restarts?: number;
  minutes?: number;
  container?: string;
  /** of the container that ended */
  log?: string;
}

/** Ends soon after each start; waits for its next try. */
export function crashLoop(world: World, pod: Pod, crash: Crash): void {
  const { exitCode, reason = 'Error', message, restarts = 7, minutes = 15, container, log } = crash;
  const name = container ?? pod.spec.containers[0]?.name ?? '';
  unready(pod, minutes, name);
  const { metadata } = pod;
  const ended = { exitCode, reason, ...(message ? { message } : {}), startedAt: ago(2.1), finishedAt: ago(2) };
  Object.assign(statusOf(pod, container), {
    ready: false,
    started: false,
    restartCount: restarts,
    lastState: { terminated: ended },
    state: {
      waiting: {
        reason: 'CrashLoopBackOff',
        message: `back-off 5m0s restarting failed container=${name} pod=${metadata.name}_${metadata.namespace}(${metadata.uid})`,
      },
    },
  });
  world.event(
    pod,
    'Warning',
    'BackOff',
    `Back-off restarting failed container ${name} in pod ${metadata.name}_${metadata.namespace}(${metadata.uid})`,
    {
      count: restarts * 4,
      from: minutes,
    },
  );
  if (log !== undefined) world.log(pod, log, { previous: true, container: name });
}

/** The kubelet cannot make the container's configuration: something that it names is not there. */
export function configError(world: World, pod: Pod, message: string, minutes = 12): void {
  waits(pod, 'CreateContainerConfigError', message, minutes);
  world.event(pod, 'Warning', 'Failed', `Error: ${message}`, { count: 58, from: minutes });
}

/** The runtime cannot start the process. */
export function startError(world: World, pod: Pod, message: string, exitCode: number, minutes = 12): void {
  const container = pod.spec.containers[0]?.name ?? '';
  crashLoop(world, pod, { exitCode, reason: 'StartError', message, restarts: 7, minutes });
  world.event(pod, 'Warning', 'Failed', `Error: ${message}`, { count: 7, from: minutes });
  statusOf(pod).lastState = {
    terminated: { exitCode, reason: 'StartError', message, startedAt: '1970-01-01T00:00:00Z', finishedAt: ago(2) },
  };
  if (container === '') throw new Error('a pod without a container');
}

/** No node takes it; `message` is the scheduler's. */
export function unschedulable(world: World, pod: Pod, message: string, minutes = 12): void {
  delete pod.spec.nodeName;
  pod.status = {
    phase: 'Pending',
    conditions: [
      { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message, lastTransitionTime: ago(minutes) },
    ],
  };
  world.event(pod, 'Warning', 'FailedScheduling', message, { count: 3, from: minutes, component: 'default-scheduler' });
}

/** Scheduled, but its sandbox or volumes do not come. */
export function notCreated(
  world: World,
  pod: Pod,
  reason: string,
  message: string,
  minutes = 12,
  component = 'kubelet',
): void {
  waits(pod, 'ContainerCreating', undefined, minutes);
  conditionOf(pod, 'PodReadyToStartContainers', 'False', minutes);
  delete pod.status?.podIP;
  world.event(pod, 'Warning', reason, message, { count: 9, from: minutes, component });
}

/** Runs, and its readiness probe fails. */
export function notServing(world: World, pod: Pod, probe: string, minutes = 12): void {
  unready(pod, minutes);
  world.event(pod, 'Warning', 'Unhealthy', `Readiness probe failed: ${probe}`, { count: 140, from: minutes, to: 0.1 });
}

const progress = (each: Workload, reason: string, message: string, minutes: number, status: 'True' | 'False'): void => {
  const found = each.status?.conditions?.find(({ type }) => type === 'Progressing');
  if (found)
    Object.assign(found, { status, reason, message, lastTransitionTime: ago(minutes), lastUpdateTime: ago(minutes) });
};

/**
 * A new revision since so many minutes: one surge pod of it beside the old ones, or in place of all of them.
 * After ten minutes the Deployment says that its rollout has failed.
 */
export function rollOut(
  world: World,
  each: Workload,
  change: (container: Container, spec: Workload['spec']['template']['spec']) => void,
  { minutes = 18, all = false }: { minutes?: number; all?: boolean } = {},
): Pod[] {
  const revision = Number(each.metadata.annotations?.['deployment.kubernetes.io/revision']) + 1;
  const old = world.setsOf(each);
  const container = each.spec.template.spec.containers[0];
  if (container) change(container, each.spec.template.spec);
  each.metadata.annotations = { ...each.metadata.annotations, 'deployment.kubernetes.io/revision': String(revision) };
  each.metadata.generation = revision;
  each.metadata.managedFields = [{ manager: 'kubectl-client-side-apply', operation: 'Update', time: ago(minutes) }];
  if (each.status) each.status.observedGeneration = revision;
  const count = all ? (each.spec.replicas ?? 1) : 1;
  const set = replicaSetOf(world, each, revision, minutes, count);
  if (all) {
    for (const before of old) {
      world.remove(...world.podsOf(before));
      before.spec.replicas = 0;
    }
  }
  const late = minutes > 10;
  if (late) {
    const message = `ReplicaSet "${set.metadata.name}" has timed out progressing.`;
    progress(each, 'ProgressDeadlineExceeded', message, minutes - 10, 'False');
  } else {
    progress(each, 'ReplicaSetUpdated', `ReplicaSet "${set.metadata.name}" is progressing.`, minutes, 'True');
  }
  world.event(each, 'Normal', 'ScalingReplicaSet', `Scaled up replica set ${set.metadata.name} from 0 to ${count}`, {
    from: minutes,
    component: 'deployment-controller',
  });
  return Array.from({ length: count }, (_, n) => newPod(world, set, n + 1, minutes));
}

/** The API server takes no pod of this workload; those that it had are gone. */
export function noPods(world: World, each: Workload, message: string, { minutes = 20, keep = 0 } = {}): void {
  const set = world.setsOf(each).at(-1) ?? each;
  world.remove(...world.podsOf(each).slice(keep));
  const condition = {
    type: 'ReplicaFailure',
    status: 'True',
    reason: 'FailedCreate',
    message,
    lastTransitionTime: ago(minutes),
  };
  for (const object of new Set([set, each])) {
    if (object.kind === 'DaemonSet') continue;
    object.status = {
      ...object.status,
      conditions: [...(object.status?.conditions ?? []), { ...condition, lastUpdateTime: ago(minutes) }],
    };
  }
  if (each.kind === 'Deployment') {
    const late = `ReplicaSet "${set.metadata.name}" has timed out progressing.`;
    progress(each, 'ProgressDeadlineExceeded', late, Math.max(1, minutes - 10), 'False');
  }
  world.event(set, 'Warning', 'FailedCreate', `Error creating: ${message}`, {
    count: 16,
    from: minutes,
    component: 'replicaset-controller',
  });
}

/** The node's kubelet says nothing any more. */
export function nodeLost(world: World, name: string, minutes = 20): void {
  const node = world.get<KubeObject & { spec: object; status: { conditions: { type: string }[] } }>('Node', name, '');
  for (const each of node.status.conditions) {
    Object.assign(each, {
      status: 'Unknown',
      reason: 'NodeStatusUnknown',
      message: 'Kubelet stopped posting node status.',
      lastTransitionTime: ago(minutes),
      lastHeartbeatTime: ago(minutes + 1),
    });
  }
  node.spec = {
    ...node.spec,
    taints: [
      { key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule', timeAdded: ago(minutes) },
      { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute', timeAdded: ago(minutes) },
    ],
  };
  world.event(node, 'Normal', 'NodeNotReady', `Node ${name} status is now: NodeNotReady`, {
    from: minutes,
    component: 'node-controller',
  });
  for (const pod of world.all<Pod>('Pod').filter(({ spec }) => spec.nodeName === name)) {
    conditionOf(pod, 'Ready', 'False', minutes);
    world.event(pod, 'Warning', 'NodeNotReady', 'Node is not ready', { from: minutes, component: 'node-controller' });
    const daemon = pod.metadata.ownerReferences?.[0]?.kind === 'DaemonSet';
    if (minutes < 6 || daemon) continue;
    pod.metadata.deletionTimestamp = ago(minutes - 6);
    pod.metadata.deletionGracePeriodSeconds = 30;
    pod.status?.conditions?.push({
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'DeletionByTaintManager',
      message: 'Taint manager: deleting due to NoExecute taint',
      lastTransitionTime: ago(minutes - 5.5),
    });
    world.event(
      pod,
      'Normal',
      'TaintManagerEviction',
      `Marking for deletion Pod ${pod.metadata.namespace}/${pod.metadata.name}`,
      { from: minutes - 5.5, component: 'taint-eviction-controller' },
    );
  }
}

/** The kubelet throws the pod out; its record stays. */
export function evicted(pod: Pod, message: string, minutes: number): void {
  pod.status = {
    phase: 'Failed',
    reason: 'Evicted',
    message,
    startTime: pod.status?.startTime ?? ago(minutes + 100),
    conditions: [
      {
        type: 'DisruptionTarget',
        status: 'True',
        reason: 'TerminationByKubelet',
        message,
        lastTransitionTime: ago(minutes),
      },
      { type: 'Ready', status: 'False', reason: 'PodFailed', lastTransitionTime: ago(minutes) },
    ],
  };
}
