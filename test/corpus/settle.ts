import type { EndpointSlice, Pod, Service, Workload } from '#shared/domain/kubernetes.ts';
import { ago } from './time.ts';
import type { World } from './world.ts';

const isReady = ({ status }: Pod) =>
  status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') === true;

const over = ({ status }: Pod) => status?.phase === 'Failed' || status?.phase === 'Succeeded';

/** What the controllers write in the end: the counts of workloads and the endpoints follow from the pods. */
export function settle(world: World): World {
  for (const set of world.all<Workload>('ReplicaSet')) {
    const own = world.podsOf(set).filter((pod) => !over(pod) && !pod.metadata.deletionTimestamp);
    const ready = own.filter(isReady).length;
    set.status = { ...set.status, replicas: own.length, readyReplicas: ready, availableReplicas: ready };
  }
  for (const each of world.all<Workload>('Deployment')) settleDeployment(world, each);
  for (const each of world.all<Workload>('StatefulSet')) {
    const own = world.podsOf(each).filter((pod) => !over(pod));
    const ready = own.filter(isReady).length;
    const counts = { replicas: own.length, readyReplicas: ready, availableReplicas: ready };
    const updated = each.status?.updateRevision === each.status?.currentRevision ? own.length : 1;
    each.status = { ...each.status, ...counts, currentReplicas: own.length, updatedReplicas: updated };
  }
  for (const each of world.all<Workload>('DaemonSet')) {
    const own = world.podsOf(each).filter((pod) => !over(pod));
    const ready = own.filter(isReady).length;
    each.status = {
      ...each.status,
      desiredNumberScheduled: each.status?.desiredNumberScheduled ?? own.length,
      updatedNumberScheduled: own.length,
      numberReady: ready,
      numberAvailable: ready,
      currentNumberScheduled: own.length,
      numberMisscheduled: 0,
    } as NonNullable<Workload['status']>;
  }
  for (const service of world.all<Service>('Service')) settleEndpoints(world, service);
  return world;
}

function settleDeployment(world: World, each: Workload): void {
  const revision = (set: Workload) => Number(set.metadata.annotations?.['deployment.kubernetes.io/revision']);
  const sets = world.setsOf(each).toSorted((a, b) => revision(b) - revision(a));
  const sum = (field: 'replicas' | 'availableReplicas') =>
    sets.reduce((total, { status }) => total + (status?.[field] ?? 0), 0);
  const wanted = each.spec.replicas ?? 1;
  const available = sum('availableReplicas');
  each.status = {
    ...each.status,
    replicas: sum('replicas'),
    updatedReplicas: sets[0]?.status?.replicas ?? 0,
    readyReplicas: available,
    availableReplicas: available,
    unavailableReplicas: Math.max(0, Math.max(wanted, sum('replicas')) - available),
  };
  const condition = each.status.conditions?.find(({ type }) => type === 'Available');
  // 25 % of fewer than four replicas, rounded down, may be unavailable: none.
  const enough = wanted - Math.floor(wanted / 4);
  if (condition?.status === 'True' && available < enough) {
    condition.status = 'False';
    condition.reason = 'MinimumReplicasUnavailable';
    condition.message = 'Deployment does not have minimum availability.';
    condition.lastTransitionTime = ago(9);
    condition.lastUpdateTime = ago(9);
  }
}

function settleEndpoints(world: World, service: Service): void {
  const { name, namespace = '', uid = '' } = service.metadata;
  const { selector, type } = service.spec;
  if (type === 'ExternalName' || !selector) return;
  const pods = world
    .all<Pod>('Pod', namespace)
    .filter((pod) => !over(pod) && pod.status?.podIP !== undefined)
    .filter(({ metadata: { labels } }) => Object.entries(selector).every(([key, value]) => labels?.[key] === value));
  const portOf = (pod: Pod | undefined, target: number | string | undefined) =>
    typeof target === 'string'
      ? pod?.spec.containers.flatMap(({ ports = [] }) => ports).find(({ name: own }) => own === target)?.containerPort
      : target;
  const ports = (service.spec.ports ?? []).flatMap(
    ({ name: port, port: number, targetPort = number, protocol = 'TCP' }) => {
      const found = portOf(pods[0], targetPort);
      return found === undefined ? [] : [{ ...(port ? { name: port } : {}), port: found, protocol }];
    },
  );
  world.add({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    addressType: 'IPv4',
    metadata: {
      name: `${name}-7xk2p`,
      namespace,
      uid: `slice-${uid}`,
      creationTimestamp: service.metadata.creationTimestamp ?? ago(0),
      labels: {
        'kubernetes.io/service-name': name,
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name, uid, controller: true }],
    },
    endpoints: pods.map((pod) => ({
      addresses: [pod.status?.podIP ?? ''],
      conditions: {
        ready: isReady(pod) && !pod.metadata.deletionTimestamp,
        serving: isReady(pod),
        terminating: !!pod.metadata.deletionTimestamp,
      },
      nodeName: pod.spec.nodeName,
      targetRef: { kind: 'Pod', name: pod.metadata.name, namespace, uid: pod.metadata.uid },
    })),
    ports: pods.length > 0 ? ports : [],
  } as unknown as EndpointSlice);
}
