import type {
  Condition,
  Container,
  ContainerState,
  ContainerStatus,
  Pod,
  PodTemplate,
  Workload,
} from '#shared/domain/kubernetes.ts';
import type { KubeEvent } from '#shared/domain/kubernetes-event.ts';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import { ago, NAMESPACE, pod, replicaSet, settle } from './namespace.ts';

/*
 * Small hands on a snapshot of test/support/namespace.ts. Each leaves the state that a real cluster would show: the
 * counts and endpoints follow by `settle`.
 */

const found = <T>(one: T | undefined, what: string): T => {
  if (one === undefined) throw new Error(`the test namespace has no ${what}`);
  return one;
};

export const deploymentOf = ({ objects }: Snapshot, name: string): Workload =>
  found(
    objects.deployments.find(({ metadata }) => metadata.name === name),
    `deployment ${name}`,
  );

/** The only container of a Deployment's template. */
export const containerOf = (snapshot: Snapshot, name: string): Container =>
  found(deploymentOf(snapshot, name).spec.template.spec.containers[0], `container in ${name}`);

export const podsOf = ({ objects }: Snapshot, app: string): Pod[] =>
  objects.pods.filter(({ metadata }) => metadata.labels?.app === app);

export const serviceOf = ({ objects }: Snapshot, name: string) =>
  found(
    objects.services.find(({ metadata }) => metadata.name === name),
    `service ${name}`,
  );

export const configMapOf = ({ objects }: Snapshot, name: string) =>
  found(
    objects.configmaps.find(({ metadata }) => metadata.name === name),
    `configmap ${name}`,
  );

/** Changes a Deployment's template and what was made of it, as if it had always been so. */
export function everWith(
  snapshot: Snapshot,
  name: string,
  change: (container: Container, spec: PodTemplate['spec']) => void,
): Snapshot {
  const { replicasets } = snapshot.objects;
  const owned = replicasets.filter(({ metadata }) => metadata.ownerReferences?.[0]?.name === name);
  const specs = [deploymentOf(snapshot, name).spec.template.spec, ...owned.map(({ spec }) => spec.template.spec)];
  for (const spec of [...specs, ...podsOf(snapshot, name).map((each) => each.spec)]) {
    change(found(spec.containers[0], 'container'), spec);
  }
  return snapshot;
}

/** Gives the pods of an app a container state and readiness. */
export function setState(
  snapshot: Snapshot,
  pods: Pod[],
  status: Partial<ContainerStatus> & { state: ContainerState },
  since = 5,
): Snapshot {
  for (const { status: podStatus } of pods) {
    const ready = status.ready ?? false;
    if (!podStatus) continue;
    podStatus.containerStatuses = (podStatus.containerStatuses ?? []).map((each) => ({ ...each, ready, ...status }));
    setCondition(podStatus.conditions, { type: 'Ready', status: ready ? 'True' : 'False' }, since);
    setCondition(podStatus.conditions, { type: 'ContainersReady', status: ready ? 'True' : 'False' }, since);
  }
  return settle(snapshot);
}

export function setCondition(conditions: Condition[] | undefined, condition: Condition, since: number): void {
  const one = conditions?.find(({ type }) => type === condition.type);
  const next = { ...condition, lastTransitionTime: ago(since), lastUpdateTime: ago(since) };
  if (one) Object.assign(one, next);
  else conditions?.push(next);
}

interface Crash {
  exitCode?: number;
  reason?: string;
  message?: string;
  restarts?: number;
  log?: string;
  /** minutes */
  since?: number;
}

/** All given pods stand in CrashLoopBackOff. */
export function crashLoop(
  snapshot: Snapshot,
  pods: Pod[],
  { exitCode = 1, reason = 'Error', message, restarts = 6, log, since = 8 }: Crash = {},
): Snapshot {
  for (const each of pods) {
    const [container] = each.spec.containers;
    const name = container?.name ?? '';
    const text = `back-off 5m0s restarting failed container=${name} pod=${each.metadata.name}_${NAMESPACE}(${each.metadata.uid})`;
    const terminated = { exitCode, reason, startedAt: ago(1.5), finishedAt: ago(1), ...(message ? { message } : {}) };
    setState(
      snapshot,
      [each],
      {
        started: false,
        restartCount: restarts,
        state: { waiting: { reason: 'CrashLoopBackOff', message: text } },
        lastState: { terminated },
      },
      since,
    );
    event(
      snapshot,
      each,
      'BackOff',
      `Back-off restarting failed container ${name} in pod ${each.metadata.name}_${NAMESPACE}(${each.metadata.uid})`,
      { since },
    );
    if (log !== undefined) addLog(snapshot, each, log, true);
  }
  return snapshot;
}

/** All given pods wait for something: an image, a ConfigMap. */
export function waiting(snapshot: Snapshot, pods: Pod[], reason: string, message?: string, since = 5): Snapshot {
  for (const { status } of pods) if (status) status.phase = 'Pending';
  const state = { waiting: { reason, ...(message ? { message } : {}) } };
  return setState(snapshot, pods, { started: false, restartCount: 0, state, lastState: {} }, since);
}

/** The image of the given pods cannot be pulled; `answer` is what containerd says. */
export function pullFails(snapshot: Snapshot, pods: Pod[], answer: string): Snapshot {
  for (const each of pods) {
    const image = each.spec.containers[0]?.image ?? '';
    waiting(snapshot, [each], 'ImagePullBackOff', `Back-off pulling image "${image}"`);
    event(snapshot, each, 'Failed', `Failed to pull image "${image}": ${answer}`);
    event(snapshot, each, 'Failed', 'Error: ErrImagePull');
    event(snapshot, each, 'BackOff', `Back-off pulling image "${image}"`);
  }
  return snapshot;
}

/** The pods run but are not ready. */
export function unready(snapshot: Snapshot, pods: Pod[], message?: string, since = 5): Snapshot {
  setState(snapshot, pods, { ready: false, started: true, state: { running: { startedAt: ago(48 * 60) } } }, since);
  for (const each of message ? pods : []) event(snapshot, each, 'Unhealthy', message ?? '', { since });
  return snapshot;
}

/** Reasons that are told as part of what is usual. */
const NORMAL = [
  'Scheduled',
  'Pulled',
  'Created',
  'Started',
  'Killing',
  'ExternalProvisioning',
  'FailedBinding',
  'WaitForFirstConsumer',
];

interface EventOptions {
  /** minutes since the first and the last time */
  since?: number;
  last?: number;
  uid?: string;
  /** spec.containers{app} */
  fieldPath?: string;
}

export function event(
  snapshot: Snapshot,
  about: { kind?: string; metadata: Pod['metadata']; spec?: unknown },
  reason: string,
  message: string,
  { since = 5, last = 0.5, uid, fieldPath }: EventOptions = {},
): Snapshot {
  const { name, namespace = NAMESPACE } = about.metadata;
  const made: KubeEvent = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name}.${snapshot.objects.events.length}`, namespace, creationTimestamp: ago(since) },
    type: NORMAL.includes(reason) ? 'Normal' : 'Warning',
    reason,
    message,
    count: 4,
    firstTimestamp: ago(since),
    lastTimestamp: ago(last),
    involvedObject: {
      kind: about.kind ?? 'Pod',
      namespace,
      name,
      uid: uid ?? about.metadata.uid ?? '',
      ...(fieldPath && { fieldPath }),
    },
    source: { component: 'kubelet' },
  };
  snapshot.objects.events.push(made);
  return snapshot;
}

export function addLog(snapshot: Snapshot, { metadata, spec }: Pod, text: string, previous = false): Snapshot {
  const container = spec.containers[0]?.name ?? '';
  snapshot.logs.push({ namespace: NAMESPACE, pod: metadata.name, container, previous, text, truncated: false });
  return snapshot;
}

/** A new revision whose one pod has just been made; the old pods still run beside it. Returns the new pod. */
export function rollOut(
  snapshot: Snapshot,
  name: string,
  change: (container: Container, spec: PodTemplate['spec']) => void,
  minutes = 10,
): Pod {
  const { objects } = snapshot;
  const owner = deploymentOf(snapshot, name);
  const sets = objects.replicasets.filter(({ metadata }) => metadata.ownerReferences?.[0]?.uid === owner.metadata.uid);
  const revision =
    Math.max(...sets.map((set) => Number(set.metadata.annotations?.['deployment.kubernetes.io/revision']))) + 1;
  const template = structuredClone(owner.spec.template);
  change(found(template.spec.containers[0], 'container'), template.spec);
  owner.spec.template = template;
  const set = replicaSet(owner, template, revision, 1, minutes);
  const made = pod(set, 'ccccc', 'node-c', minutes);
  objects.replicasets.push(set);
  objects.pods.push(made);
  setCondition(owner.status?.conditions, { type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated' }, minutes);
  settle(snapshot);
  return made;
}

/** Takes the pods of older revisions away, as under strategy Recreate. */
export function recreate(snapshot: Snapshot, name: string): Snapshot {
  const newest = podsOf(snapshot, name).at(-1)?.metadata.ownerReferences?.[0]?.name;
  snapshot.objects.pods = snapshot.objects.pods.filter(
    ({ metadata }) => metadata.labels?.app !== name || metadata.ownerReferences?.[0]?.name === newest,
  );
  return settle(snapshot);
}

/** Ends pods as the kubelet leaves them when it evicts; nothing has replaced them. */
export function evict(snapshot: Snapshot, pods: Pod[], message: string, minutes = 4): Snapshot {
  for (const { status } of pods) {
    if (!status) continue;
    Object.assign(status, { phase: 'Failed', reason: 'Evicted', message });
    setCondition(status.conditions, { type: 'Ready', status: 'False', reason: 'PodFailed' }, minutes);
    setCondition(
      status.conditions,
      { type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet', message },
      minutes,
    );
    for (const each of status.containerStatuses ?? []) {
      each.ready = false;
      each.state = { terminated: { exitCode: 137, reason: 'Error', finishedAt: ago(minutes) } };
    }
  }
  return settle(snapshot);
}

/** Nothing is left of a Deployment but its Service. */
export function withoutDeployment(name: string, snapshot: Snapshot): Snapshot {
  const { objects } = snapshot;
  objects.deployments = objects.deployments.filter(({ metadata }) => metadata.name !== name);
  objects.replicasets = objects.replicasets.filter(({ metadata }) => metadata.ownerReferences?.[0]?.name !== name);
  objects.pods = objects.pods.filter(({ metadata }) => metadata.labels?.app !== name);
  return settle(snapshot);
}

/** Somebody has scaled a Deployment down to nothing. */
export function scaleToZero(name: string, snapshot: Snapshot): Snapshot {
  deploymentOf(snapshot, name).spec.replicas = 0;
  snapshot.objects.pods = snapshot.objects.pods.filter(({ metadata }) => metadata.labels?.app !== name);
  return settle(snapshot);
}
