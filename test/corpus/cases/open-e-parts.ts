import type { Container, ContainerState, Pod, PodSpec, Workload } from '#shared/domain/kubernetes.ts';
import { notServing } from '../faults.ts';
import { claim, clusterThing, service, thing } from '../things.ts';
import { ago, DAY } from '../time.ts';
import { statefulSet } from '../workloads.ts';
import type { Whole, World } from '../world.ts';
import { newestSet, unavailable } from './open-d-parts.ts';

/** One container that serves on ports with names. */
export const server = (
  name: string,
  image: string,
  ports: Record<string, number>,
  changed: Partial<Container> = {},
): Container => ({
  name,
  image,
  ports: Object.entries(ports).map(([port, containerPort]) => ({ name: port, containerPort, protocol: 'TCP' })),
  resources: { requests: { cpu: '500m', memory: '1Gi' }, limits: { memory: '2Gi' } },
  ...changed,
});

interface Kept {
  container: Container;
  replicas?: number;
  namespace?: string;
  labels?: Record<string, string>;
  age?: number;
  revised?: number;
  more?: Partial<PodSpec>;
}

/** A StatefulSet that keeps its data on EBS, with a Service for its clients and one for its members. */
export function database(world: World, name: string, kept: Kept): Workload {
  const { container, replicas = 1, namespace = world.namespace, age = 40 * DAY } = kept;
  for (let n = 0; n < replicas; n += 1) {
    const bound = claim(world, `data-${name}-${n}`, { namespace, age }) as Whole & { spec: { volumeName?: string } };
    const volume = world.get<Whole & { spec: { nodeAffinity?: object } }>(
      'PersistentVolume',
      bound.spec.volumeName ?? '',
      '',
    );
    const zone = { key: 'topology.kubernetes.io/zone', operator: 'In', values: [`us-east-1${'abc'[n % 3]}`] };
    volume.spec.nodeAffinity = { required: { nodeSelectorTerms: [{ matchExpressions: [zone] }] } };
  }
  const mounted = [{ name: 'data', mountPath: `/var/lib/${container.name}` }, ...(container.volumeMounts ?? [])];
  const made = statefulSet(world, name, { ...kept, container: { ...container, volumeMounts: mounted }, claim: 'data' });
  const labels = kept.labels ?? { app: name };
  const ports = (container.ports ?? []).map(({ name: port = '', containerPort }) => ({
    name: port,
    port: containerPort,
    targetPort: port,
  }));
  service(world, name, labels, ports, { namespace });
  const members = service(world, `${name}-headless`, labels, ports, { namespace }) as Whole & { spec: object };
  Object.assign(members.spec, { clusterIP: 'None', clusterIPs: ['None'], publishNotReadyAddresses: true });
  return made;
}

/** So many minutes after its last end the container runs again, and may end again. */
export function runsAgain(
  pod: Pod,
  ended: { exitCode: number; reason?: string; restarts: number; lasted: number; since: number },
  container = pod.spec.containers[0]?.name,
): void {
  const { exitCode, reason = 'Error', restarts, lasted, since } = ended;
  const lastState: ContainerState = {
    terminated: { exitCode, reason, startedAt: ago(since + lasted), finishedAt: ago(since) },
  };
  const status = pod.status?.containerStatuses?.find(({ name }) => name === container);
  Object.assign(status ?? {}, {
    restartCount: restarts,
    lastState,
    state: { running: { startedAt: ago(since - 0.1) } },
  });
}

/** The kubelet kills the container because a probe of it fails, for the last time so many minutes ago. */
export function killedByProbe(
  world: World,
  pod: Pod,
  probe: 'Liveness' | 'Startup',
  failure: string,
  { kills, each = 3, minutes, last }: { kills: number; each?: number; minutes: number; last: number },
): void {
  const [container] = pod.spec.containers;
  world.event(pod, 'Warning', 'Unhealthy', `${probe} probe ${failure}`, {
    count: kills * each,
    from: minutes,
    to: last + 0.1,
  });
  const killing = `Container ${container?.name} failed ${probe.toLowerCase()} probe, will be restarted`;
  world.event(pod, 'Normal', 'Killing', killing, { count: kills, from: minutes - 1, to: last });
}

/** The pods of a workload, of which there are at least so many. */
export function firstOf(world: World, workload: Workload): [Pod, ...Pod[]] {
  const [first, ...others] = world.podsOf(workload);
  if (!first) throw new Error(`${workload.metadata.name} has no pod`);
  return [first, ...others];
}

/** A namespace of somebody else, with what the control plane puts into each. */
export function namespaceOf(world: World, name: string): void {
  const labels = { 'kubernetes.io/metadata.name': name };
  const made = { spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } };
  clusterThing(world, 'v1', 'Namespace', name, made, { labels });
  thing(world, 'v1', 'ServiceAccount', 'default', {}, { namespace: name });
}

/** The pod is not ready because its own check of what it depends on answers 503. */
export function unwell(world: World, workload: Workload, path: string, minutes: number): void {
  for (const pod of world.podsOf(workload)) {
    if (pod.metadata.deletionTimestamp || pod.status?.phase !== 'Running') continue;
    notServing(world, pod, 'HTTP probe failed with statuscode: 503', minutes);
    const [container] = pod.spec.containers;
    if (container) container.readinessProbe = { ...container.readinessProbe, httpGet: { path, port: 'http' } };
  }
  unavailable(workload, minutes);
}

/** No more pods of the newest ReplicaSet are let in; the ones that it has stay. */
export function noMore(world: World, each: Workload, message: string, minutes: number): void {
  const set = newestSet(world, each);
  const at = ago(minutes);
  const failure = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message };
  for (const object of [set, each]) {
    const before = object.status?.conditions ?? [];
    object.status = {
      ...object.status,
      conditions: [...before, { ...failure, lastTransitionTime: at, lastUpdateTime: at }],
    };
  }
  const said = { count: 33, from: minutes, component: 'replicaset-controller' };
  world.event(set, 'Warning', 'FailedCreate', `Error creating: ${message}`, said);
}
