import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metadata } from '#shared/domain/kubernetes.ts';
import type { ContainerLog } from '#shared/domain/snapshot.ts';
import type { BedClient } from '../../scripts/control-plane/bed-client.ts';
import { portOf } from '../../scripts/control-plane/components.ts';
import { ControlPlane } from '../../scripts/control-plane/control-plane.ts';
import { settle } from './settle.ts';
import { NOW } from './time.ts';
import type { Whole, World } from './world.ts';

type Made = Whole & { spec?: Record<string, unknown>; status?: Record<string, unknown>; metadata: Metadata };

/** Where the API server keeps each kind; made in this order, so that what refuses pods comes after the pods. */
const PLACES: Record<string, string> = {
  Namespace: 'namespaces',
  Node: 'minions',
  StorageClass: 'storageclasses',
  IngressClass: 'ingressclasses',
  ServiceAccount: 'serviceaccounts',
  ConfigMap: 'configmaps',
  Secret: 'secrets',
  PersistentVolume: 'persistentvolumes',
  PersistentVolumeClaim: 'persistentvolumeclaims',
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
  ReplicaSet: 'replicasets',
  CronJob: 'cronjobs',
  Job: 'jobs',
  Pod: 'pods',
  Service: 'services/specs',
  EndpointSlice: 'endpointslices',
  Ingress: 'ingress',
  NetworkPolicy: 'networkpolicies',
  HorizontalPodAutoscaler: 'horizontalpodautoscalers',
  PodDisruptionBudget: 'poddisruptionbudgets',
  Event: 'events',
  APIService: 'apiregistration.k8s.io/apiservices',
  LimitRange: 'limitranges',
  ResourceQuota: 'resourcequotas',
  MutatingWebhookConfiguration: 'mutatingwebhookconfigurations',
};
const ORDER = Object.keys(PLACES);
/** The cluster has them before any case does. */
const OWN = new Set(['/registry/namespaces/default', '/registry/namespaces/kube-system']);

const keyOf = ({ kind, metadata: { namespace, name } }: Whole): string =>
  ['/registry', PLACES[kind], namespace, name].filter((part) => part !== undefined && part !== '').join('/');

interface StillCluster {
  plane: ControlPlane;
  kubelet: Record<string, unknown>;
  /** kinds that its API server knows */
  served: Set<string>;
}

/** A real API server, alone: no controller, scheduler or simulated kubelet goes on from what is put into it. */
export async function stillCluster(): Promise<StillCluster> {
  const plane = await ControlPlane.start({ nodes: 1, metrics: false });
  await plane.stop('kube-controller-manager', 'kube-scheduler');
  await plane.client.kubectl('delete', 'stages.kwok.x-k8s.io', '--all');
  const { status = {} } = await plane.client.json<Made>('get', 'node', 'node-1');
  await plane.client.kubectl('delete', 'node', 'node-1');
  const kinds = (await plane.client.kubectl('api-resources', '--no-headers')).trim().split('\n');
  const served = new Set(kinds.map((line) => line.trim().split(/\s+/).at(-1) ?? ''));
  return { plane, kubelet: { addresses: status.addresses, daemonEndpoints: status.daemonEndpoints }, served };
}

/** A custom resource whose definition this cluster does not have stays out: no look reads any. */
function isServed({ served }: StillCluster, { kind, metadata: { name } }: Made): boolean {
  if (served.has(kind) && !(kind in PLACES)) throw new Error(`where etcd keeps ${kind} ${name} is not in PLACES`);
  return served.has(kind);
}

/** etcd over its JSON gateway: keys and values in base64. */
async function etcd(plane: ControlPlane, call: 'put' | 'deleterange', key: string, more: Record<string, string> = {}) {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const response = await fetch(`http://127.0.0.1:${portOf(plane.bed, 'etcd')}/v3/kv/${call}`, {
    method: 'POST',
    body: JSON.stringify(
      Object.fromEntries(Object.entries({ key, ...more }).map(([name, text]) => [name, base64(text)])),
    ),
  });
  if (!response.ok) throw new Error(`etcd ${call} ${key}: ${response.status} ${await response.text()}`);
}

/** As the API and nearly all loggers write a time, as Redis does, and as klog does, which leaves out the year. */
const TIMES =
  /20\d\d(?<sign>[-/.])\d\d\k<sign>\d\d[T ]\d\d:\d\d:\d\d|(?<redis>\d\d [A-Z][a-z]{2} 20\d\d \d\d:\d\d:\d\d)|(?<=[EWI])(?<klog>\d{4} \d\d:\d\d:\d\d)/g;

/** Moves every time of the case by the whole seconds that have passed since its moment. */
function moved<T>(value: T, by: number): T {
  const later = (time: string) => new Date(Date.parse(`${time}Z`) + by).toISOString().slice(0, 19);
  const text = JSON.stringify(value).replace(TIMES, (time: string, _: string, redis?: string, klog?: string) => {
    if (redis) return new Date(Date.parse(`${redis}Z`) + by).toUTCString().slice(5, 25);
    if (klog) {
      const [day = '', clock] = klog.split(' ');
      const [, month, date, at] = later(`${NOW.slice(0, 4)}-${day.slice(0, 2)}-${day.slice(2)}T${clock}`).split(/[-T]/);
      return `${month}${date} ${at}`;
    }
    const [date = '', clock] = later(time.replaceAll(/[/.]/g, '-').replace(' ', 'T')).split('T');
    return `${date.replaceAll('-', time.charAt(4))}${time.charAt(10)}${clock}`;
  });
  return JSON.parse(text);
}

/** The API server itself looks whether an aggregated API answers: here none does. */
const isStill = ({ kind, status }: Made): boolean =>
  !(kind === 'APIService' && JSON.stringify(status ?? {}).includes('"all checks passed"'));

/** What a client may send: no status, nothing that the API server decides, and no label that would refuse the pods. */
function sent({ status: _, ...object }: Made): Made {
  const {
    uid: _uid,
    creationTimestamp: _at,
    resourceVersion: _version,
    managedFields: _fields,
    generation: _generation,
    ...rest
  } = object.metadata;
  const { deletionTimestamp: _gone, deletionGracePeriodSeconds: _grace, ...metadata } = rest;
  if (object.kind === 'Namespace') return { ...object, metadata: { ...metadata, labels: {} } };
  if (object.kind !== 'Service') return { ...object, metadata };
  const { clusterIP, clusterIPs: _ips, ...spec } = object.spec ?? {};
  return { ...object, metadata, spec: clusterIP === 'None' ? { ...spec, clusterIP } : spec };
}

/** The stored object with the identity, times and status that it has in the case. */
function aged(each: Made, stored: Made, kubelet: Record<string, unknown>): Made {
  const { uid, creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds, generation, managedFields } =
    each.metadata;
  const time = managedFields?.[0]?.time ?? creationTimestamp;
  return {
    ...stored,
    metadata: {
      ...stored.metadata,
      ...(each.metadata.labels ? { labels: each.metadata.labels } : {}),
      ...(uid ? { uid } : {}),
      ...(creationTimestamp ? { creationTimestamp } : {}),
      ...(deletionTimestamp ? { deletionTimestamp, deletionGracePeriodSeconds: deletionGracePeriodSeconds ?? 30 } : {}),
      ...(generation ? { generation } : {}),
      managedFields: (stored.metadata.managedFields ?? []).map((entry) => ({ ...entry, ...(time ? { time } : {}) })),
    },
    ...(each.status ? { status: { ...each.status, ...(each.kind === 'Node' ? kubelet : {}) } } : {}),
  };
}

/**
 * Makes a world in a still cluster: every object goes through the API server's validation, defaults and admission and is
 * then aged in etcd. Returns what takes it away again.
 */
export async function putWorld(still: StillCluster, world: World): Promise<() => Promise<void>> {
  const { plane, kubelet } = still;
  const by = Math.floor((Date.now() - Date.parse(NOW)) / 1000) * 1000;
  const all = (moved([...settle(world).objects, ...world.events], by) as Made[]).filter(
    (each) => isServed(still, each) && isStill(each),
  );
  const objects = all.toSorted((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
  const takeAway = async () => {
    const keys = objects.map(keyOf).filter((key) => !OWN.has(key));
    await Promise.all(keys.map((key) => etcd(plane, 'deleterange', key)));
    await etcd(plane, 'deleterange', '/registry/kwok.x-k8s.io/logs/', { range_end: '/registry/kwok.x-k8s.io/logs0' });
  };
  try {
    await plane.client.apply(...objects.map(sent));
    const kinds = [...new Set(objects.map(({ kind }) => kind.toLowerCase()))].join(',');
    const { items } = await plane.client.json<{ items: Made[] }>(
      'get',
      kinds,
      '--all-namespaces',
      '--show-managed-fields',
    );
    const stored = new Map(items.map((item) => [keyOf(item), item]));
    await Promise.all(
      objects.map(async (each) => {
        const now = stored.get(keyOf(each));
        if (!now) throw new Error(`${keyOf(each)} was not stored`);
        await etcd(plane, 'put', keyOf(each), { value: JSON.stringify(aged(each, now, kubelet)) });
      }),
    );
    await putLogs(plane.client, moved(world.logs, by));
  } catch (error) {
    await takeAway();
    throw error;
  }
  return takeAway;
}

/** What `kubectl logs` answers, for all containers at once. */
async function putLogs(client: BedClient, logs: ContainerLog[]): Promise<void> {
  const stamp = new Date().toISOString().replace('Z', '000000Z');
  const byPod = Object.values(Object.groupBy(logs, ({ namespace, pod }) => `${namespace}/${pod}`));
  const objects = byPod.flatMap((of = []) => {
    const [first] = of;
    if (!first) return [];
    const dir = join(client.dir, 'logs', first.namespace, first.pod);
    mkdirSync(dir, { recursive: true });
    const containers = [...new Set(of.map(({ container }) => container))];
    const file = (container: string, previous: boolean) => {
      const text = of.find((log) => log.container === container && log.previous === previous)?.text ?? '';
      const name = join(dir, `${container}.${previous ? 'previous' : 'current'}.log`);
      writeFileSync(
        name,
        text === ''
          ? ''
          : `${text
              .trimEnd()
              .split('\n')
              .map((line) => `${stamp} stdout F ${line}`)
              .join('\n')}\n`,
      );
      return name;
    };
    const written = containers.map((name) => ({
      containers: [name],
      logsFile: file(name, false),
      previousLogsFile: file(name, true),
      follow: false,
    }));
    return [
      {
        apiVersion: 'kwok.x-k8s.io/v1alpha1',
        kind: 'Logs',
        metadata: { name: first.pod, namespace: first.namespace },
        spec: { logs: written },
      },
    ];
  });
  if (objects.length > 0) await client.apply(...objects);
}
