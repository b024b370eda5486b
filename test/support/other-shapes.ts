import type { Container, Pod, Workload } from '#shared/domain/kubernetes.ts';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import { podsOf } from './faults.ts';

/*
 * The same namespace, shaped as many are: a proxy beside the application, or another kind of workload that makes its
 * pods. What is wrong with the application is the same.
 */

const NAME = 'otlp-app';

const PROXY: Container = {
  name: 'proxy',
  image: 'envoyproxy/envoy:v1.36.2',
  resources: { requests: { cpu: '10m', memory: '40Mi' }, limits: { memory: '128Mi' } },
};

/** A proxy stands before the application in each of its pods, and is well as far as the pod lets it. */
export function withProxy(snapshot: Snapshot): Snapshot {
  const { deployments, replicasets } = snapshot.objects;
  const isOurs = ({ metadata }: Workload) => metadata.name === NAME || metadata.ownerReferences?.[0]?.name === NAME;
  for (const { spec } of [...deployments, ...replicasets].filter(isOurs))
    spec.template.spec.containers = [PROXY, ...spec.template.spec.containers];
  for (const { spec, status } of podsOf(snapshot, NAME)) {
    spec.containers = [PROXY, ...spec.containers];
    const [own] = status?.containerStatuses ?? [];
    if (!status?.containerStatuses || !own) continue;
    const waits = status.phase === 'Pending';
    const reason = own.state?.waiting?.reason === 'PodInitializing' ? 'PodInitializing' : 'ContainerCreating';
    status.containerStatuses = [
      {
        name: PROXY.name,
        ready: !waits,
        started: !waits,
        restartCount: 0,
        state: waits ? { waiting: { reason } } : { running: { startedAt: status.startTime ?? snapshot.at } },
      },
      ...status.containerStatuses,
    ];
  }
  return snapshot;
}

const isReady = ({ status, metadata }: Pod) =>
  !metadata.deletionTimestamp &&
  status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') === true;

/** The pods of the application are made by a StatefulSet or DaemonSet of its name, without a Deployment. */
export function madeBy(kind: 'StatefulSet' | 'DaemonSet', snapshot: Snapshot): Snapshot {
  const { objects } = snapshot;
  const deployment = objects.deployments.find(({ metadata }) => metadata.name === NAME);
  if (!deployment) return snapshot;
  objects.deployments = objects.deployments.filter((each) => each !== deployment);
  objects.replicasets = objects.replicasets.filter(({ metadata }) => metadata.ownerReferences?.[0]?.name !== NAME);
  const pods = podsOf(snapshot, NAME);
  renameGone(snapshot, pods, kind);
  for (const [index, pod] of pods.entries()) rename(snapshot, pod, kind, index, deployment.metadata.uid ?? '');
  const ready = pods.filter(isReady).length;
  const status =
    kind === 'StatefulSet'
      ? { replicas: pods.length, readyReplicas: ready, availableReplicas: ready }
      : { desiredNumberScheduled: pods.length, numberReady: ready, numberAvailable: ready };
  objects[kind === 'StatefulSet' ? 'statefulsets' : 'daemonsets'].push({ ...deployment, kind, status });
  return snapshot;
}

/** A pod and all that speaks of it. */
function rename({ objects, logs }: Snapshot, { metadata }: Pod, kind: string, index: number, uid: string): void {
  const before = metadata.name;
  metadata.name = kind === 'StatefulSet' ? `${NAME}-${index}` : `${NAME}-x7k2${index}`;
  metadata.ownerReferences = [{ kind, name: NAME, uid, controller: true }];
  for (const { involvedObject } of objects.events)
    if (involvedObject.name === before) involvedObject.name = metadata.name;
  for (const log of logs) if (log.pod === before) log.pod = metadata.name;
  for (const sample of objects.podmetrics) if (sample.metadata.name === before) sample.metadata.name = metadata.name;
}

/** Events about pods that are gone; that of a StatefulSet had the name of its successor. */
function renameGone({ objects }: Snapshot, pods: Pod[], kind: string): void {
  const present = new Set(pods.map(({ metadata }) => metadata.name));
  const gone = objects.events.filter(
    ({ involvedObject: { name = '' } }) => name.startsWith(`${NAME}-`) && !present.has(name),
  );
  for (const [index, { involvedObject }] of gone.entries())
    involvedObject.name = kind === 'StatefulSet' ? `${NAME}-${index}` : `${NAME}-q4w8${index}`;
}
