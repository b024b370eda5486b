import type { ConfigMap, Pod } from '#shared/domain/kubernetes.ts';
import type { SnapshotObjects } from '#shared/domain/snapshot.ts';
import { expectedObjects, type Target } from '#shared/domain/target.ts';
import { podOwners } from './pod-owner.ts';
import { containersOf, type PlacedSpec, podSpecsOf } from './pod-specs.ts';

/** A namespace that something points to. `sure`: the name can mean nothing else (x.y.svc); x.y may be a public domain. */
export interface NamespaceLead {
  namespace: string;
  sure: boolean;
}

/** `service.namespace`, `service.namespace.svc`, `service.namespace.svc.cluster.local`, with a scheme or a port. */
const SERVICE_NAME =
  /(?:\/\/(?:[^\s/@"']{1,128}@)?|(?<![\w.@:/-]))[a-z0-9][a-z0-9-]{0,62}\.([a-z][a-z0-9-]{0,62})(\.svc(?:\.[a-z0-9.-]{1,128})?)?(?=:\d{1,5}|[/"'\s,;]|$)(:\d{1,5})?/g;

/** Ends of names that are no service's. */
const PUBLIC = new Set(['com', 'net', 'org', 'io', 'local', 'internal']);

/** More namespaces than this are no dependencies any more but the whole cluster. */
export const MOST_NAMESPACES = 4;

/** How the API server begins what it says of a webhook that it could not reach; the address of its Service follows. */
const REFUSAL = 'failed calling webhook';

/**
 * The other namespaces that the target depends on, as its endpoints, variables, arguments and ConfigMaps say, the proxies
 * that admission put into pods that are not ready, and the API server where a webhook does not answer.
 */
export function dependencyNamespaces(target: Target, objects: SnapshotObjects): NamespaceLead[] {
  const found = new Map<string, boolean>();
  for (const text of textsOf(target, objects)) {
    for (const [whole, namespace = '', svc, port] of text.matchAll(SERVICE_NAME)) {
      if (!svc && (PUBLIC.has(namespace) || (!port && !whole.startsWith('//')))) continue;
      if (namespace !== target.namespace) found.set(namespace, found.get(namespace) === true || svc !== undefined);
    }
  }
  const leads = [...found].map(([namespace, sure]) => ({ namespace, sure }));
  return leads.toSorted((a, b) => Number(b.sure) - Number(a.sure)).slice(0, 2 * MOST_NAMESPACES);
}

function* textsOf(target: Target, objects: SnapshotObjects): Generator<string> {
  for (const { endpoint } of target.otlp) yield endpoint;
  for (const { url } of target.queries) yield url;
  for (const dependency of target.dependencies) yield 'url' in dependency ? dependency.url : dependency.address;
  const specs = podSpecsOf({ ...objects, ...workloadsOf(target, objects), pods: [], jobs: [], cronjobs: [] });
  const used = new Set(specs.flatMap(({ spec }) => configMapsIn(spec)));
  for (const name of expectedObjects(target).configMaps ?? []) used.add(name);
  for (const { spec } of specs) {
    for (const { env = [], args = [], command = [] } of containersOf(spec)) {
      yield* [...env.map(({ value }) => value ?? ''), ...args, ...command];
    }
  }
  for (const map of objects.configmaps) if (used.has(map.metadata.name)) yield* dataOf(map);
  yield* injected(target, objects, specs);
  yield* refusals(objects);
}

/** A sidecar that admission put into a pod stands there alone, and so does where it gets its configuration from. */
function* injected({ workloads }: Target, { pods, replicasets }: SnapshotObjects, templates: PlacedSpec[]) {
  const known = new Set(templates.flatMap(({ spec }) => containersOf(spec).map(({ name }) => name)));
  const ownerOf = podOwners(replicasets);
  const isPart = (pod: Pod) => workloads === 'all' || workloads.some((ref) => ref === ownerOf(pod));
  for (const pod of pods) {
    if (!pod.spec || isReady(pod) || !isPart(pod)) continue;
    for (const { name, env = [], args = [] } of containersOf(pod.spec))
      if (!known.has(name)) yield* [...env.map(({ value }) => value ?? ''), ...args];
  }
}

function* refusals({ events, deployments, replicasets, jobs }: SnapshotObjects): Generator<string> {
  const conditions = [...deployments, ...replicasets, ...jobs].flatMap(({ status }) => status?.conditions ?? []);
  for (const { message } of [...events, ...conditions]) if (message?.includes(REFUSAL)) yield message;
}

const isReady = ({ status }: Pod) =>
  status?.phase === 'Succeeded' || status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True');

const dataOf = ({ data = {} }: ConfigMap): string[] => Object.values(data).filter((text) => typeof text === 'string');

/** Only what the target is made of: a namespace of fifty services points everywhere. */
function workloadsOf(target: Target, objects: SnapshotObjects) {
  const { deployments, statefulsets, daemonsets } = objects;
  if (target.workloads === 'all') return { deployments, statefulsets, daemonsets };
  const collector = expectedObjects(target).collector?.workload;
  const wanted = new Set([...target.workloads, ...(collector ? [collector] : [])]);
  const only = <T extends { metadata: { name: string } }>(kind: string, list: T[]) =>
    list.filter(({ metadata }) => wanted.has(`${kind}/${metadata.name}` as (typeof target.workloads)[number]));
  return {
    deployments: only('deployment', deployments),
    statefulsets: only('statefulset', statefulsets),
    daemonsets: only('daemonset', daemonsets),
  };
}

const configMapsIn = (spec: PlacedSpec['spec']): string[] =>
  [
    ...containersOf(spec).flatMap(({ env = [] }) => env.map(({ valueFrom }) => valueFrom?.configMapKeyRef?.name)),
    ...containersOf(spec).flatMap(({ envFrom = [] }) => envFrom.map(({ configMapRef }) => configMapRef?.name)),
    ...(spec.volumes ?? []).map(({ configMap }) => configMap?.name),
    ...(spec.volumes ?? []).flatMap(({ projected }) =>
      (projected?.sources ?? []).map(({ configMap }) => configMap?.name),
    ),
  ].filter((name) => name !== undefined);
