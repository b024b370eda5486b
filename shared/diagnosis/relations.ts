import { isDnsServer } from '#shared/domain/cluster-dns.ts';
import { expectedObjects } from '#shared/domain/target.ts';
import { waitingFor } from './awaited.ts';
import { jobsUsing } from './jobs.ts';
import { keptOff } from './kept-off.ts';
import { isReady, keyOf, type PodView, type Ref, type WorkloadView } from './model.ts';
import { once } from './once.ts';
import { podsOnNode } from './placement.ts';
import type { ClusterView } from './view.ts';

/** What a fault of an object can reach, by relation and never by being in the same namespace. */
export interface Reach {
  /** the object, the workloads that use it or stand on it, the Services in front of those */
  own: Set<string>;
  /** the workloads that send to one of those Services, or to who misses one, and the Services in front of them */
  downstream: Set<string>;
  /** the workloads that say themselves that they miss one of those Services, whatever it is to them, or wait for a Job */
  missing: Set<string>;
}

export function reachOf(view: ClusterView, ref: Ref): Reach {
  const base = [keyOf(ref), ...dependents(view, ref).map(keyOf)];
  const own = new Set(base.flatMap((key) => [key, ...servicesBefore(view, key)]));
  const waited = [...own].filter((key) => WAITED.test(key)).map(parts);
  const services = waited.filter(({ kind }) => kind === 'Service');
  const missing = services.flatMap(view.missing);
  const suffering = throughTheWell(view, missing);
  const andServices = (workloads: WorkloadView[]) =>
    new Set(workloads.map(({ ref }) => keyOf(ref)).flatMap((key) => [key, ...servicesBefore(view, key)]));
  return {
    own,
    downstream: andServices([...services.flatMap(view.clients), ...suffering.flatMap(view.clients)]),
    missing: andServices([
      ...missing,
      ...suffering.flatMap(view.missing),
      ...waited.flatMap((each) => waitingFor(view, each)),
    ]),
  };
}

const WAITED = /^(?:Service|Job)\//;

/**
 * The Services of those that miss something and are well themselves, and so on: a gateway is ready and has no upstream,
 * and its clients suffer from what is behind it. One that is not well has a fault of its own, which leads on.
 */
function throughTheWell(view: ClusterView, missing: WorkloadView[]): Ref[] {
  const seen = new Set<WorkloadView>();
  let front = missing;
  const found: Ref[] = [];
  while (front.length > 0) {
    const well = [...new Set(front)].filter((one) => !seen.has(one) && one.available >= one.desired);
    for (const one of well) seen.add(one);
    const services = well.flatMap((one) => one.services.map(({ ref }) => ref));
    found.push(...services);
    front = services.flatMap(view.missing);
  }
  return found;
}

/** One step along references and nodes. */
function dependents(view: ClusterView, ref: Ref): Ref[] {
  switch (ref.kind) {
    case 'ConfigMap':
    case 'Secret':
      return [...view.users(ref).map((workload) => workload.ref), ...jobsUsing(view, ref)];
    case 'ServiceAccount':
    case 'PersistentVolumeClaim':
      return jobsUsing(view, ref);
    case 'Node':
      return [...podsOnNode(view, ref.name), ...keptOff(view, ref.name)].map((pod) => pod.workload?.ref ?? pod.ref);
    case 'Service':
      return ingressesTo(view, ref);
    case 'APIService':
      return ref.name.endsWith('.metrics.k8s.io') ? autoscaled(view) : [];
    default:
      // Every name is asked of the cluster DNS.
      if (isClusterDns(view, ref)) return view.workloads.map((workload) => workload.ref);
      return view.workload(ref) ? [] : expectedServices(view, ref);
  }
}

/** By the cluster's own label, whatever the Deployment is called. */
const isClusterDns = (view: ClusterView, ref: Ref): boolean =>
  isDnsServer({ ...view.workload(ref)?.object.spec?.template?.metadata, namespace: ref.namespace });

/** What autoscalers scale waits for the metrics API. */
const autoscaled = ({ snapshot }: ClusterView): Ref[] =>
  snapshot.objects.horizontalpodautoscalers.map(({ metadata: { namespace = '' }, spec: { scaleTargetRef } }) => ({
    kind: scaleTargetRef.kind,
    namespace,
    name: scaleTargetRef.name,
  }));

const ledTo = once(backendsIn);

const ingressesTo = (view: ClusterView, service: Ref): Ref[] => ledTo(view).get(keyOf(service)) ?? [];

/** The Ingresses by the Services that they lead to. */
function backendsIn({ snapshot }: ClusterView): Map<string, Ref[]> {
  const pairs = snapshot.objects.ingresses.flatMap(({ metadata, spec }) => {
    const { namespace = '', name } = metadata;
    const paths = (spec?.rules ?? []).flatMap(({ http }) => (http?.paths ?? []).map(({ backend }) => backend));
    const services = [...(spec?.defaultBackend ? [spec.defaultBackend] : []), ...paths].map(({ service }) => service);
    const keys = new Set(services.flatMap((one) => (one ? keyOf({ kind: 'Service', namespace, name: one.name }) : [])));
    return [...keys].map((key) => ({ key, ingress: { kind: 'Ingress', namespace, name } }));
  });
  const grouped = Map.groupBy(pairs, ({ key }) => key);
  return new Map([...grouped].map(([key, list]) => [key, list.map(({ ingress }) => ingress)]));
}

/** A workload that is not there selects nothing any more; the target says which Service it stood behind. */
function expectedServices({ target }: ClusterView, { kind, namespace, name }: Ref): Ref[] {
  const written = `${kind.toLowerCase()}/${name}`;
  const { service, collector } = expectedObjects(target);
  const isAsked = target.workloads !== 'all' && target.workloads.some((one) => one === written);
  const names = [isAsked ? service : undefined, collector?.workload === written ? collector.service : undefined];
  return namespace === target.namespace
    ? names.flatMap((one) => (one ? [{ kind: 'Service', namespace, name: one }] : []))
    : [];
}

const parts = (key: string): Ref => {
  const [kind = '', namespace = '', name = ''] = key.split('/');
  return { kind, namespace, name };
};

const servicesBefore = (view: ClusterView, key: string): string[] =>
  (view.workload(parts(key))?.services ?? []).map(({ ref }) => keyOf(ref));

/** A node only explains the trouble of pods that it carries. */
export const standsOn = (node: Ref, pods: PodView[]): boolean =>
  pods.some((pod) => pod.object.spec?.nodeName === node.name && !isReady(pod));
