import { InputError } from '#shared/domain/errors.ts';
import type { KubeObject } from '#shared/domain/kubernetes.ts';
import {
  type ContainerLog,
  RESOURCE_NAMES,
  type ResourceName,
  type Snapshot,
  type SnapshotObjects,
} from '#shared/domain/snapshot.ts';
import type { Target } from '#shared/domain/target.ts';
import type { Clock } from '#shared/ports/clock.ts';
import { certificateFacts } from './certificate-facts.ts';
import { configFactsOf } from './config-facts.ts';
import { emptyObjects } from './empty.ts';
import { podSpecsOf } from './pod-specs.ts';
import { redactSnapshot } from './redact-snapshot.ts';
import { readSecretValues, referencedSecrets } from './secret-facts.ts';
import { trim } from './trim.ts';

const RESOURCE_OF: Record<string, ResourceName | 'secrets'> = {
  Namespace: 'namespaces',
  Node: 'nodes',
  Pod: 'pods',
  Deployment: 'deployments',
  ReplicaSet: 'replicasets',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
  ControllerRevision: 'controllerrevisions',
  Service: 'services',
  EndpointSlice: 'endpointslices',
  ConfigMap: 'configmaps',
  Event: 'events',
  ResourceQuota: 'resourcequotas',
  LimitRange: 'limitranges',
  ServiceAccount: 'serviceaccounts',
  NetworkPolicy: 'networkpolicies',
  Ingress: 'ingresses',
  HorizontalPodAutoscaler: 'horizontalpodautoscalers',
  PodDisruptionBudget: 'poddisruptionbudgets',
  PersistentVolumeClaim: 'persistentvolumeclaims',
  Job: 'jobs',
  CronJob: 'cronjobs',
  PersistentVolume: 'persistentvolumes',
  StorageClass: 'storageclasses',
  IngressClass: 'ingressclasses',
  ValidatingWebhookConfiguration: 'validatingwebhookconfigurations',
  MutatingWebhookConfiguration: 'mutatingwebhookconfigurations',
  APIService: 'apiservices',
  PodMetrics: 'podmetrics',
  Secret: 'secrets',
};

const NOT_IN_FILE = 'not in the file';

const WORKLOADS = ['deployments', 'replicasets', 'statefulsets', 'daemonsets'] as const;

/**
 * A snapshot of what `kubectl get ... -o json` wrote: a List of any kinds, or one object. What the file does not have was
 * not checked. Values of Secrets are dropped, and gone from all other texts too. Throws InputError for anything else.
 */
export function snapshotFromList(
  json: unknown,
  { target, clock, logs = [] }: { target: Target; clock: Clock; logs?: ContainerLog[] },
): Snapshot {
  const items = itemsOf(json);
  const objects = emptyObjects();
  const secrets: KubeObject[] = [];
  for (const item of items) {
    const resource = RESOURCE_OF[item.kind ?? ''];
    if (resource === 'secrets') secrets.push(item);
    else if (resource) (objects[resource] as KubeObject[]).push(trim(resource, item));
  }
  const { facts, values } = readSecretValues(secrets);
  const certificates = secrets.map(certificateFacts).filter((one) => one !== undefined);
  const snapshot: Snapshot = {
    schemaVersion: 1,
    target: target.name,
    cluster: { name: 'file' },
    namespaces: namespacesOf(target, items),
    at: clock.now().toISOString(),
    durationMs: 0,
    objects,
    secrets: facts,
    absentSecrets: secrets.length === 0 ? [] : absent(target, objects, facts),
    ...(certificates.length > 0 && { certificates }),
    logs,
    configFacts: objects.configmaps.flatMap(configFactsOf),
    coverage: coverageOf(objects, { secrets: secrets.length > 0, logs: logs.length > 0 }),
  };
  return redactSnapshot(snapshot, values);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Lists within lists come from files that people have put together; a typed list's items do not say their kind. */
function itemsOf(json: unknown, kind?: string): KubeObject[] {
  if (Array.isArray(json)) return json.flatMap((item) => itemsOf(item, kind));
  if (!isObject(json)) throw new InputError('is JSON, but neither a snapshot nor a Kubernetes object or List');
  const own = typeof json.kind === 'string' ? json.kind : kind;
  if (own === undefined) throw new InputError('is JSON, but neither a snapshot nor a Kubernetes object or List');
  if (Array.isArray(json.items) && own.endsWith('List')) {
    return json.items.flatMap((item) => itemsOf(item, own === 'List' ? undefined : own.slice(0, -'List'.length)));
  }
  // An empty list of a dump has null for its items.
  if (own.endsWith('List') && own !== 'List' && (json.items ?? null) === null) return [];
  const { metadata } = json;
  if (!isObject(metadata) || typeof metadata.name !== 'string') {
    throw new InputError(`has a ${own.slice(0, 60)} without metadata.name`);
  }
  return [withRequired({ ...json, kind: own } as unknown as KubeObject)];
}

/** The parts that the types promise, for objects that people have cut down. */
function withRequired(object: KubeObject): KubeObject {
  const { spec, status, involvedObject } = object as { spec?: unknown; status?: unknown; involvedObject?: unknown };
  for (const [field, value] of Object.entries({ spec, status, involvedObject })) {
    if (value !== undefined && value !== null && !isObject(value)) {
      throw new InputError(`${object.kind}/${object.metadata.name}: ${field} is not an object`);
    }
  }
  if (object.kind === 'Event') return { involvedObject: {}, ...object } as KubeObject;
  if (object.kind === 'Pod' || object.kind === 'Service') return { spec: {}, ...object } as KubeObject;
  return object;
}

function namespacesOf(target: Target, items: KubeObject[]): string[] {
  const found = items.map(({ kind, metadata }) => (kind === 'Namespace' ? metadata.name : metadata.namespace));
  return [
    ...new Set([target.namespace, ...found.filter((name) => name !== undefined && name !== '').sort()]),
  ] as string[];
}

function absent(target: Target, objects: SnapshotObjects, there: Snapshot['secrets']): Snapshot['absentSecrets'] {
  const known = new Set(there.map(({ namespace, name }) => `${namespace}/${name}`));
  return referencedSecrets(target, podSpecsOf(objects), objects.ingresses).filter(
    ({ namespace, name }) => !known.has(`${namespace}/${name}`),
  );
}

/** Whether the file looks like `kubectl get all`: Services, and pods with every kind of owner that they name. */
function holdsAll(objects: SnapshotObjects): boolean {
  const owned: KubeObject[] = [...objects.pods, ...objects.replicasets];
  const owners = owned.flatMap(({ metadata }) => metadata.ownerReferences ?? []).map(({ kind }) => RESOURCE_OF[kind]);
  const needed = WORKLOADS.filter((name) => owners.includes(name));
  return objects.services.length > 0 && needed.length > 0 && needed.every((name) => objects[name].length > 0);
}

function coverageOf(objects: SnapshotObjects, has: { secrets: boolean; logs: boolean }): Snapshot['coverage'] {
  const there = new Set<string>(RESOURCE_NAMES.filter((name) => objects[name].length > 0));
  // A kind of workload that `kubectl get all` did not write is one that the namespace does not have.
  if (holdsAll(objects)) for (const name of WORKLOADS) there.add(name);
  if (has.secrets) there.add('secrets');
  if (has.logs) there.add('logs');
  const all = [...RESOURCE_NAMES, 'secrets', 'logs'];
  return {
    checked: all.filter((name) => there.has(name)),
    notChecked: all.filter((name) => !there.has(name)).map((check) => ({ check, why: NOT_IN_FILE })),
  };
}
