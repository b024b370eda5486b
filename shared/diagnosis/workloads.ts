import type {
  Container,
  ContainerStatus,
  KubeObject,
  OwnerReference,
  Pod,
  Workload,
} from '#shared/domain/kubernetes.ts';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import type { Target } from '#shared/domain/target.ts';
import { byPlace } from './by-place.ts';
import { type ContainerView, keyOf, type PodView, type Ref, revisionOf, type WorkloadView } from './model.ts';

const KINDS = { deployments: 'Deployment', statefulsets: 'StatefulSet', daemonsets: 'DaemonSet' } as const;

const refOf = (kind: string, object: KubeObject): Ref => ({
  kind,
  namespace: object.metadata.namespace ?? '',
  name: object.metadata.name,
});

const controllerOf = (object: KubeObject): OwnerReference | undefined =>
  object.metadata.ownerReferences?.find((owner) => owner.controller !== false);

/** Names alone are not enough: an object of the same name may be a later one. */
const isOwner = (owner: OwnerReference, object: KubeObject): boolean =>
  !owner.uid || !object.metadata.uid || owner.uid === object.metadata.uid;

/** What `target.workloads` says: `deployment/otlp-app` in the namespace of the target, or all. */
function isNamed(target: Target, ref: Ref): boolean {
  if (ref.namespace !== target.namespace) return false;
  if (target.workloads === 'all') return true;
  return target.workloads.some((name) => name === `${ref.kind.toLowerCase()}/${ref.name}`);
}

function replicasOf(kind: string, { spec, status }: Workload): { desired: number; available: number } {
  if (kind === 'DaemonSet')
    return { desired: status?.desiredNumberScheduled ?? 0, available: status?.numberAvailable ?? 0 };
  // Old StatefulSets have no availableReplicas.
  const ready = kind === 'StatefulSet' ? status?.readyReplicas : undefined;
  return { desired: spec?.replicas ?? 1, available: status?.availableReplicas ?? ready ?? 0 };
}

/** Deployments, StatefulSets and DaemonSets by key, with their revisions; the pods come later. */
export function workloadsOf({ objects }: Snapshot, target: Target): Map<string, WorkloadView> {
  const found = new Map<string, WorkloadView>();
  for (const [plural, kind] of Object.entries(KINDS) as [keyof typeof KINDS, string][]) {
    for (const object of objects[plural]) {
      const ref = refOf(kind, object);
      const template = object.spec?.template?.spec ?? { containers: [] };
      const lists = { pods: [], replicaSets: [], controllerRevisions: [], services: [] };
      found.set(keyOf(ref), {
        ref,
        object,
        template,
        ...lists,
        ...replicasOf(kind, object),
        named: isNamed(target, ref),
      });
    }
  }
  for (const replicaSet of objects.replicasets) ownerIn(found, replicaSet)?.replicaSets.push(replicaSet);
  for (const revision of objects.controllerrevisions) ownerIn(found, revision)?.controllerRevisions.push(revision);
  for (const { replicaSets, controllerRevisions } of found.values()) {
    replicaSets.sort((a, b) => revisionOf(b) - revisionOf(a));
    controllerRevisions.sort((a, b) => (b.revision ?? 0) - (a.revision ?? 0));
  }
  return found;
}

function ownerIn(workloads: Map<string, WorkloadView>, object: KubeObject): WorkloadView | undefined {
  const owner = controllerOf(object);
  if (!owner) return undefined;
  const found = workloads.get(
    keyOf({ kind: owner.kind, namespace: object.metadata.namespace ?? '', name: owner.name }),
  );
  return found && isOwner(owner, found.object) ? found : undefined;
}

/** A pod that is deleted, evicted or done is not one that should serve now. */
const isPresent = (pod: Pod): boolean =>
  !pod.metadata.deletionTimestamp && pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed';

/**
 * Every pod, tied to its workload by ownership: Pod -> ReplicaSet -> Deployment, or directly. A workload lists the
 * present ones alone; `gone` are those being deleted, evicted or done, which may still say why others are missing.
 */
export function podsOf(
  { objects }: Snapshot,
  workloads: Map<string, WorkloadView>,
): { present: PodView[]; gone: PodView[] } {
  const makerOf = makersIn(objects.replicasets, workloads);
  const present: PodView[] = [];
  const gone: PodView[] = [];
  for (const object of objects.pods) {
    const owner = controllerOf(object);
    const maker = owner && makerOf(object, owner);
    const workload = maker ? maker.workload : owner && byTemplateHash(workloads, object, owner);
    const view: PodView = {
      ref: refOf('Pod', object),
      object,
      current: isCurrent(object, owner, workload),
      containers: [],
    };
    view.containers = containersOf(view);
    if (workload) view.workload = workload;
    if (isPresent(object)) {
      present.push(view);
      workload?.pods.push(view);
    } else gone.push(view);
  }
  return { present, gone };
}

function isCurrent({ metadata }: Pod, owner: OwnerReference | undefined, workload: WorkloadView | undefined): boolean {
  const [set] = workload?.replicaSets ?? [];
  const [revision] = workload?.controllerRevisions ?? [];
  if (set) return set.metadata.name === owner?.name;
  // The label of a StatefulSet's pod has the name of the revision, that of a DaemonSet's only its hash.
  const label = metadata.labels?.['controller-revision-hash'];
  return !revision || !label || [label, `${owner?.name}-${label}`].includes(revision.metadata.name);
}

/** What makes pods, with the workload that it is or belongs to: worked out once for all pods of a ReplicaSet. */
function makersIn(replicaSets: Workload[], workloads: Map<string, WorkloadView>) {
  const sets = replicaSets.map((object) => ({ object, workload: ownerIn(workloads, object) }));
  const makers = [
    ...sets.map((maker) => ({ kind: 'ReplicaSet', ...maker })),
    ...[...workloads.values()].map((workload) => ({ kind: workload.ref.kind, object: workload.object, workload })),
  ];
  const byKind = new Map(
    [...Map.groupBy(makers, ({ kind }) => kind)].map(([kind, list]) => [
      kind,
      byPlace(list, ({ object: { metadata } }) => ({ namespace: metadata.namespace ?? '', name: metadata.name })),
    ]),
  );
  return (pod: Pod, owner: OwnerReference) => {
    const maker = byKind
      .get(owner.kind)?.({ namespace: pod.metadata.namespace ?? '', name: owner.name })
      ?.at(-1);
    return maker && isOwner(owner, maker.object) ? maker : undefined;
  };
}

/** Where the ReplicaSets were not read: their name is that of the Deployment and the hash that the pod carries. */
function byTemplateHash(workloads: Map<string, WorkloadView>, pod: Pod, owner: OwnerReference) {
  const hash = pod.metadata.labels?.['pod-template-hash'];
  if (owner.kind !== 'ReplicaSet' || !hash || !owner.name.endsWith(`-${hash}`)) return undefined;
  const name = owner.name.slice(0, -hash.length - 1);
  return workloads.get(keyOf({ kind: 'Deployment', namespace: pod.metadata.namespace ?? '', name }));
}

function containersOf(pod: PodView): ContainerView[] {
  const { spec, status } = pod.object;
  const own = viewsOf(pod, 'container', spec?.containers, status?.containerStatuses);
  if (!spec?.initContainers?.length) return own;
  return [...viewsOf(pod, 'initContainer', spec.initContainers, status?.initContainerStatuses), ...own];
}

function viewsOf(
  pod: PodView,
  field: 'container' | 'initContainer',
  specs: Container[] = [],
  statuses: ContainerStatus[] = [],
): ContainerView[] {
  return specs.map((container, index) => {
    const at = statuses.findIndex(({ name }) => name === container.name);
    const view: ContainerView = {
      pod,
      name: container.name,
      // A sidecar runs beside the others though it stands among the init containers.
      init: field === 'initContainer' && container.restartPolicy !== 'Always',
      spec: container,
      specPath: `spec.${field}s[${index}]`,
      statusPath: `status.${field}Statuses[${Math.max(at, 0)}]`,
    };
    const found = statuses[at];
    if (found) view.status = found;
    return view;
  });
}
