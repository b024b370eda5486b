import type { Pod, PodMetrics } from '#shared/domain/kubernetes.ts';
import { RESOURCE_NAMES, type Snapshot, type SnapshotObjects } from '#shared/domain/snapshot.ts';
import { crashLoop, podsOf, pullFails, unready } from '#test/support/faults.ts';
import { healthyNamespace, NOW, pod, settle } from '#test/support/namespace.ts';
import { properAllows } from '#test/support/policies.ts';
import { surrounded } from '#test/support/surroundings.ts';

/** A fleet that one team would call large: this many pods of a workload, applications to a Collector, pods on a node. */
const REPLICAS = 25;
const APPS_OF_COLLECTOR = 19;
const PODS_OF_NODE = 25;

/** Of this many applications one fails, with all its pods: 5 %. */
const ONE_FAILS_OF = 20;

const FAULTS: ((snapshot: Snapshot, pods: Pod[]) => Snapshot)[] = [
  (snapshot, pods) => crashLoop(snapshot, pods, { log: 'starting\nerror: no such table: orders\n' }),
  (snapshot, pods) => pullFails(snapshot, pods, 'failed to resolve reference: not found'),
  (snapshot, pods) => unready(snapshot, pods, 'Readiness probe failed: HTTP probe failed with statuscode: 503'),
];

/**
 * One namespace of so many pods: applications, each with its Service, Ingress, autoscaler and budget, that send to one
 * of several Collectors.
 */
export function largeNamespace(pods: number, { faulty }: { faulty: boolean }): Snapshot {
  const workloads = pods / REPLICAS;
  const collectors = Math.round(workloads / (APPS_OF_COLLECTOR + 1));
  const parts = Array.from({ length: workloads - collectors }, (_, number) => {
    const fault = faulty && number % ONE_FAILS_OF === 0 ? FAULTS[(number / ONE_FAILS_OF) % FAULTS.length] : undefined;
    return renamed(oneApp(fault), number, number % collectors);
  });
  return spread(merged(parts));
}

function oneApp(fault: (typeof FAULTS)[number] | undefined): Snapshot {
  const snapshot = surrounded(properAllows(healthyNamespace()));
  const { deployments, replicasets, pods } = snapshot.objects;
  for (const deployment of deployments) deployment.spec.replicas = REPLICAS;
  const suffixes = Array.from({ length: REPLICAS }, (_, number) => (number + 10_000).toString(36).padStart(5, 'x'));
  const running = replicasets.filter(({ spec }) => (spec.replicas ?? 0) > 0);
  const made = running.flatMap((set) => suffixes.map((suffix) => asRead(pod(set, suffix, '', 3000))));
  const others = pods.filter(({ metadata }) => metadata.labels?.app === undefined);
  pods.splice(0, pods.length, ...made, ...others);
  snapshot.objects.podmetrics = pods.map(usageOf);
  settle(snapshot);
  return fault ? fault(snapshot, podsOf(snapshot, 'otlp-app')) : snapshot;
}

const usageOf = ({ metadata: { name, namespace }, spec }: Pod): PodMetrics => ({
  metadata: { name, namespace: namespace ?? '', creationTimestamp: NOW },
  timestamp: NOW,
  window: '15s',
  containers: spec.containers.map((container) => ({
    name: container.name,
    usage: { cpu: '3106410n', memory: '61440Ki' },
  })),
});

/** With what every pod of a real cluster has besides: the token that is mounted, tolerations, ids. */
function asRead(made: Pod): Pod {
  Object.assign(made.metadata.labels ?? {}, {
    'app.kubernetes.io/part-of': 'store',
    'app.kubernetes.io/managed-by': 'team',
    'app.kubernetes.io/version': '1.4.2',
  });
  const [container] = made.spec.containers;
  const token = { name: 'kube-api-access-x7k2p', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' };
  container?.volumeMounts?.push({ ...token, readOnly: true });
  const sources = [
    { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
    { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    {
      downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] },
    },
  ];
  made.spec.volumes?.push({ name: token.name, projected: { sources } });
  Object.assign(made.spec, {
    schedulerName: 'default-scheduler',
    dnsPolicy: 'ClusterFirst',
    terminationGracePeriodSeconds: 30,
    tolerations: ['not-ready', 'unreachable'].map((key) => ({
      key: `node.kubernetes.io/${key}`,
      operator: 'Exists',
      effect: 'NoExecute',
      tolerationSeconds: 300,
    })),
  });
  for (const status of made.status?.containerStatuses ?? [])
    Object.assign(status, {
      imageID: `${status.image}@sha256:${'0'.repeat(64)}`,
      containerID: `containerd://${'1'.repeat(64)}`,
      lastState: {},
    });
  return made;
}

const renamed = (snapshot: Snapshot, app: number, collector: number): Snapshot =>
  JSON.parse(
    JSON.stringify(snapshot)
      .replaceAll('otlp-app', `otlp-app-${app}`)
      .replaceAll('"shop', `"shop-${app}`)
      .replaceAll('app-to-collector', `app-to-collector-${app}`)
      .replaceAll('collector-from-app', `collector-from-app-${app}`)
      .replaceAll('otel-collector', `otel-collector-${collector}`),
  );

/** Each object once: the applications of one Collector all brought it along. */
function merged(parts: Snapshot[]): Snapshot {
  const [first] = parts;
  if (!first) throw new Error('a namespace of no workloads');
  const once = <T>(all: T[], keyOf: (one: T) => string): T[] => [
    ...new Map(all.map((one) => [keyOf(one), one])).values(),
  ];
  const objects = Object.fromEntries(
    RESOURCE_NAMES.map((kind) => [
      kind,
      once(
        parts.flatMap((part): SnapshotObjects[typeof kind][number][] => part.objects[kind]),
        ({ metadata }) => `${metadata.namespace}/${metadata.name}`,
      ),
    ]),
  ) as unknown as SnapshotObjects;
  const byName = ({ namespace, name }: { namespace: string; name: string }) => `${namespace}/${name}`;
  return {
    ...first,
    target: 'bench',
    objects,
    secrets: once(
      parts.flatMap(({ secrets }) => secrets),
      byName,
    ),
    logs: parts.flatMap(({ logs }) => logs),
    configFacts: once(
      parts.flatMap(({ configFacts }) => configFacts),
      ({ configMap, key }) => `${configMap}/${key}`,
    ),
  };
}

/** Over nodes and addresses of their own. */
function spread(snapshot: Snapshot): Snapshot {
  const { objects } = snapshot;
  const [node] = objects.nodes;
  if (!node) throw new Error('a cluster without nodes');
  const nameOf = (number: number) => `ip-10-0-${number >> 8}-${number & 255}.ec2.internal`;
  objects.nodes = Array.from({ length: Math.ceil(objects.pods.length / PODS_OF_NODE) }, (_, number) => {
    const copy = structuredClone(node);
    Object.assign(copy.metadata, { name: nameOf(number), uid: `uid-node-${number}` });
    return copy;
  });
  objects.pods.forEach(({ spec, status }, number) => {
    // Pods of one workload stand on different nodes.
    spec.nodeName = nameOf(number % objects.nodes.length);
    if (status) status.podIP = `10.${1 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`;
  });
  return snapshot;
}
