import type { ConfigMap, KubeNode } from '#shared/domain/kubernetes.ts';
import type { ContainerLog, ResourceName, SecretFacts, Snapshot } from '#shared/domain/snapshot.ts';
import type { Target } from '#shared/domain/target.ts';
import { byPlace } from './by-place.ts';
import { callsOf } from './calls.ts';
import { isDisturbed } from './container-state.ts';
import { type Endpoint, endpointsOf } from './endpoints.ts';
import { type Events, indexEvents } from './events.ts';
import {
  type ContainerView,
  isReady,
  keyOf,
  millis,
  type PodView,
  type Ref,
  type ServiceView,
  type WorkloadView,
} from './model.ts';
import { type Need, needsOf } from './needs.ts';
import { type Reference, referencesOf } from './references.ts';
import { scopeOf } from './scope.ts';
import { servicesOf } from './services.ts';
import { wellFormed } from './well-formed.ts';
import { podsOf, workloadsOf } from './workloads.ts';

/**
 * A snapshot with its relations worked out once. The lists hold what the target is and depends on; a lookup by name
 * finds anything that was read.
 */
export interface ClusterView {
  snapshot: Snapshot;
  target: Target;
  /** Milliseconds. The time of the snapshot: a replay next week gives the same findings. */
  now: number;
  workloads: WorkloadView[];
  pods: PodView[];
  /** Those of the pods that are not ready: all that rules about starting look at. */
  unready: PodView[];
  /** Pods being deleted, evicted or done: no part of what serves, but they may say why something is missing. */
  gone: PodView[];
  containers: ContainerView[];
  /** Those of the containers that wait, ended, were restarted or are not ready: all that rules about crashes look at. */
  disturbed: ContainerView[];
  /** Those of the containers that have a log. */
  logged: ContainerView[];
  services: ServiceView[];
  events: Events;
  workload(ref: Ref): WorkloadView | undefined;
  service(namespace: string, name: string): ServiceView | undefined;
  configMap(namespace: string, name: string): ConfigMap | undefined;
  secret(namespace: string, name: string): SecretFacts | undefined;
  node(name: string): KubeNode | undefined;
  /** Was this kind read, and wholly? Only then does "not there" mean anything. */
  knows(resource: ResourceName | 'secrets', namespace?: string): boolean;
  log(container: ContainerView, previous: boolean): ContainerLog | undefined;
  references(workload: WorkloadView): Reference[];
  /** Where the workload sends its telemetry, as far as its configuration says. */
  endpoints(workload: WorkloadView): Endpoint[];
  /** What else it needs, for a workload that is not well, or that says itself what it misses. */
  needs(workload: WorkloadView): Need[];
  /** The workloads that refer to a ConfigMap or Secret. */
  users(ref: Ref): WorkloadView[];
  /** The workloads that send their telemetry to a Service, or are not well and need it. */
  clients(ref: Ref): WorkloadView[];
  /** Those of the clients that say themselves that they miss it. */
  missing(ref: Ref): WorkloadView[];
}

const byName = <T extends { metadata: { name: string; namespace?: string } }>(objects: T[]): Map<string, T> =>
  new Map(objects.map((object) => [`${object.metadata.namespace ?? ''}/${object.metadata.name}`, object]));

/** A gap is named `pods`, for another namespace than the target's `pods (monitoring)`, for all `cluster (pods, ...)`. */
const isGap = (check: string, resource: string, namespace: string | undefined): boolean =>
  check === resource || check === `${resource} (${namespace})` || check.startsWith('cluster (');

export function viewOf(given: Snapshot, target: Target): ClusterView {
  const snapshot = { ...given, objects: wellFormed(given.objects) };
  const { objects, coverage, namespaces } = snapshot;
  const now = millis(snapshot.at) ?? 0;
  const knows: ClusterView['knows'] = (resource, namespace) =>
    (namespace === undefined || namespaces.includes(namespace)) &&
    !coverage.notChecked.some(({ check }) => isGap(check, resource, namespace));

  const workloads = workloadsOf(snapshot, target);
  const { present: pods, gone } = podsOf(snapshot, workloads);
  const services = servicesOf(snapshot, target, pods, workloads.values(), knows);
  const configMaps = byName(objects.configmaps);
  const nodes = new Map(objects.nodes.map((node) => [node.metadata.name, node]));
  const secrets = new Map(snapshot.secrets.map((secret) => [`${secret.namespace}/${secret.name}`, secret]));
  const logsOf = byPlace(snapshot.logs, ({ namespace, pod }) => ({ namespace, name: pod }));

  const references = new Map([...workloads].map(([key, workload]) => [key, referencesOf(workload.template)]));
  const configMap = (namespace: string, name: string) => configMaps.get(`${namespace}/${name}`);
  const endpoints = new Map([...workloads].map(([key, workload]) => [key, endpointsOf(workload, configMap)]));
  const exists = (service: Ref) => services.has(keyOf(service));
  const log: ClusterView['log'] = ({ pod, name }, previous) =>
    logsOf(pod.ref)?.findLast((one) => one.container === name && one.previous === previous);
  const byAddress = addresses(services.values());
  const isDown = (service: Ref) => services.get(keyOf(service))?.ready === 0;
  const needs = new Map(
    [...workloads].map(([key, workload]) => {
      const configured = () => needsOf(workload, configMap, exists);
      return [
        key,
        [
          ...(workload.available < workload.desired ? configured() : []),
          ...callsOf(workload, { log, now }, { exists, byAddress, isDown }, configured),
        ],
      ];
    }),
  );
  const users = indexBy(workloads, (workload, key) =>
    (references.get(key) ?? []).map(({ kind, name }) => keyOf({ kind, namespace: workload.ref.namespace, name })),
  );
  const clients = indexBy(workloads, (_, key) =>
    [...(endpoints.get(key) ?? []), ...(needs.get(key) ?? [])].flatMap(({ service }) =>
      service ? [keyOf(service)] : [],
    ),
  );
  const missing = indexBy(workloads, (_, key) =>
    (needs.get(key) ?? []).flatMap(({ service, missed }) => (missed ? [keyOf(service)] : [])),
  );

  const view: ClusterView = {
    snapshot,
    target,
    now,
    workloads: [...workloads.values()],
    pods,
    unready: [],
    gone,
    containers: [],
    disturbed: [],
    logged: [],
    services: [...services.values()],
    events: indexEvents(objects.events, now),
    workload: (ref) => workloads.get(keyOf(ref)),
    service: (namespace, name) => services.get(keyOf({ kind: 'Service', namespace, name })),
    configMap,
    secret: (namespace, name) => secrets.get(`${namespace}/${name}`),
    node: (name) => nodes.get(name),
    knows,
    log,
    references: ({ ref }) => references.get(keyOf(ref)) ?? [],
    endpoints: ({ ref }) => endpoints.get(keyOf(ref)) ?? [],
    needs: ({ ref }) => needs.get(keyOf(ref)) ?? [],
    users: (ref) => users.get(keyOf(ref)) ?? [],
    clients: (ref) => clients.get(keyOf(ref)) ?? [],
    missing: (ref) => missing.get(keyOf(ref)) ?? [],
  };
  const scope = scopeOf(view);
  return {
    ...view,
    ...scope,
    unready: scope.pods.filter((pod) => !isReady(pod)),
    disturbed: scope.containers.filter(isDisturbed),
    logged: scope.containers.filter(({ pod, name }) => logsOf(pod.ref)?.some((log) => log.container === name)),
  };
}

/** A headless Service answers with the addresses of its pods; those of the host network are the node's. Made when first asked. */
function addresses(services: Iterable<ServiceView>): (ip: string) => Ref | undefined {
  let known: Map<string | undefined, Ref> | undefined;
  const read = () => {
    const all = [...services];
    const ofPods = all.flatMap(({ ref, pods }) =>
      pods.flatMap(({ object }): [string | undefined, Ref][] =>
        object.spec?.hostNetwork ? [] : [[object.status?.podIP, ref]],
      ),
    );
    return new Map([
      ...ofPods,
      ...all.map(({ ref, object }): [string | undefined, Ref] => [object.spec?.clusterIP, ref]),
    ]);
  };
  return (ip) => {
    known ??= read();
    return known.get(ip);
  };
}

function indexBy(
  workloads: Map<string, WorkloadView>,
  keysOf: (workload: WorkloadView, key: string) => string[],
): Map<string, WorkloadView[]> {
  const pairs = [...workloads].flatMap(([key, workload]) =>
    [...new Set(keysOf(workload, key))].map((at) => ({ at, workload })),
  );
  const grouped = Map.groupBy(pairs, ({ at }) => at);
  return new Map([...grouped].map(([at, list]) => [at, list.map(({ workload }) => workload)]));
}
