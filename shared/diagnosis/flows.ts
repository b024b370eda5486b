import type { ContainerPort, PodSpec } from '#shared/domain/kubernetes.ts';
import { collectorConfigOf } from './collector.ts';
import { exportersOf } from './collector-exporters.ts';
import { type Endpoint, parseEndpoint } from './endpoints.ts';
import { keyOf, type PodView, type ServiceView, type WorkloadView } from './model.ts';
import type { Flow, FlowPod, PolicyWorld } from './network-policy.ts';
import { once } from './once.ts';
import { indexPolicies } from './policy-index.ts';
import type { ClusterView } from './view.ts';

/** The policies of a snapshot, and what is known about the namespaces that they speak of; indexed once. */
export const policyWorldOf = once(worldOf);

function worldOf({ snapshot, knows }: ClusterView): PolicyWorld {
  const namespaces = new Map(snapshot.objects.namespaces.map(({ metadata }) => [metadata.name, metadata.labels ?? {}]));
  return {
    policies: snapshot.objects.networkpolicies,
    candidates: indexPolicies(snapshot.objects.networkpolicies),
    knowsPolicies: (namespace) => knows('networkpolicies', namespace),
    namespaceLabels: (namespace) => namespaces.get(namespace),
  };
}

/** The ports that the containers of a pod declare, its sidecars among the init containers included. */
export const portsOf = ({ containers = [], initContainers = [] }: PodSpec): ContainerPort[] =>
  [...containers, ...initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always')].flatMap(
    ({ ports = [] }) => ports,
  );

/** The pods of a workload as policies see them, one for each set of labels; without pods what its template would make. */
export function flowPodsOf({ ref, pods, template, object }: WorkloadView): FlowPod[] {
  const labels = object.spec?.template?.metadata?.labels ?? {};
  return pods.length > 0 ? grouped(pods) : [flowPod(ref.namespace, labels, template, [])];
}

/** The pods behind a Collector's Service are asked for once for each of its clients. */
const grouped = once(groupByLabels);

function groupByLabels(pods: PodView[]): FlowPod[] {
  const groups = new Map<string, PodView[]>();
  let group: PodView[] = [];
  for (const pod of pods) {
    // Most pods are like the one before: no key is made of their labels.
    if (!group[0] || !isAlike(pod, group[0])) {
      const key = JSON.stringify([pod.object.metadata.labels, pod.object.spec?.hostNetwork]);
      group = groups.get(key) ?? [];
      groups.set(key, group);
    }
    group.push(pod);
  }
  return [...groups.values()].flatMap((alike) => {
    const [first] = alike;
    if (!first) return [];
    const ips = alike.flatMap(({ object }) => object.status?.podIP ?? []);
    return [flowPod(first.ref.namespace, first.object.metadata.labels ?? {}, first.object.spec, ips)];
  });
}

function isAlike({ object: a }: PodView, { object: b }: PodView): boolean {
  const [own, other] = [a.metadata.labels ?? {}, b.metadata.labels ?? {}];
  if (a.spec?.hostNetwork !== b.spec?.hostNetwork) return false;
  // Ten thousand times: without a list of keys for each.
  let more = 0;
  for (const key in own) {
    if (own[key] !== other[key]) return false;
    more += 1;
  }
  for (const _ in other) more -= 1;
  return more === 0;
}

const flowPod = (
  namespace: string,
  labels: Record<string, string>,
  spec: PodSpec | undefined,
  ips: string[],
): FlowPod => ({
  namespace,
  labels,
  ips: [...new Set(ips)],
  ...(spec ? { ports: portsOf(spec) } : {}),
  ...(spec?.hostNetwork ? { hostNetwork: true } : {}),
});

const ADDRESS = /^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:.]+\])$/i;

/** A host that is asked of the DNS: no address, and not the pod itself. */
export const isName = (host: string): boolean => !ADDRESS.test(host) && host !== 'localhost';

const isOwn = (host: string): boolean => /^(localhost|127\.|0\.0\.0\.0$|\[::1?\]$)/.test(host);

/** The connections that a workload makes to reach an endpoint: to the pods behind its Service, or to the outside. */
export function flowsTo(view: ClusterView, workload: WorkloadView, { host, port, service: ref }: Endpoint): Flow[] {
  if (isOwn(host)) return [];
  const service = ref && view.service(ref.namespace, ref.name);
  if (ref && !service) return [];
  const ends = service
    ? behind(service, port)
    : [{ to: isName(host) ? {} : { ip: host.replace(/^\[|\]$/g, '') }, port }];
  return flowPodsOf(workload).flatMap((from) => ends.map((end) => ({ from, ...end })));
}

/** A Service without a selector has endpoints that somebody made by hand: where they are is not asked. */
function behind({ ref, object, pods, workloads }: ServiceView, port: number): { to: FlowPod; port: number }[] {
  const found = object.spec?.ports?.find((each) => each.port === port);
  const target = found && (found.targetPort ?? found.port);
  if (target === undefined) return [];
  const ends = pods.length > 0 ? grouped(pods) : workloads.flatMap(flowPodsOf);
  return ends.flatMap((to) => {
    const number = /^\d+$/.test(String(target))
      ? Number(target)
      : to.ports?.find(({ name }) => name === target)?.containerPort;
    return number === undefined || to.namespace !== ref.namespace ? [] : [{ to, port: number }];
  });
}

/** Where a Collector sends what it takes in. */
export function exportEndpointsOf(view: ClusterView, collector: WorkloadView): Endpoint[] {
  const config = collectorConfigOf(view, collector);
  return (config ? exportersOf(config) : []).flatMap(({ endpoint, path }) =>
    endpoint === undefined || !config
      ? []
      : parseEndpoint(
          { value: endpoint, source: keyOf(config.configMap), path: `data["${config.key}"] ${path}` },
          collector,
        ),
  );
}
