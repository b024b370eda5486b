import type { KubeNode, KubeObject, Pod } from '#shared/domain/kubernetes.ts';
import { eventTime, type KubeEvent } from '#shared/domain/kubernetes-event.ts';
import { CLUSTER_SCOPED, RESOURCE_NAMES, type ResourceName, type SnapshotObjects } from '#shared/domain/snapshot.ts';
import type { Target } from '#shared/domain/target.ts';
import type { Cluster } from '#shared/ports/cluster.ts';
import { RESOURCES } from '#shared/ports/resources.ts';
import { emptyObjects } from './empty.ts';
import { type Reader, VERSION } from './reader.ts';
import { trim } from './trim.ts';

/** The newest; a crash-looping namespace has tens of thousands. */
const MOST_EVENTS = 1000;
/** Those with pods of ours or in trouble come first. */
const MOST_NODES = 500;

const NAMESPACED = RESOURCE_NAMES.filter((name) => !CLUSTER_SCOPED.has(name));

/** What every reading function works with. */
export interface Reading {
  cluster: Cluster;
  target: Target;
  reader: Reader;
}

/** The name of a check, as the coverage has it. The target's own namespace goes without saying. */
export const checkName = (resource: ResourceName, namespace: string, target: Target): string =>
  namespace === target.namespace ? resource : `${resource} (${namespace})`;

const trimmer = (resource: ResourceName) => (item: KubeObject) => trim(resource, item);

export const readVersion = async ({ cluster, reader }: Reading): Promise<string | undefined> =>
  (await reader.read(VERSION, (options) => cluster.version(options), { otherwise: undefined }))?.gitVersion;

export function readNodes({ cluster, reader }: Reading): Promise<KubeNode[]> {
  const query = { trim: trimmer('nodes') };
  return reader.read('nodes', (options) => cluster.list<KubeNode>(RESOURCES.nodes, query, options), { otherwise: [] });
}

const ONCE = [...CLUSTER_SCOPED].filter((name) => name !== 'namespaces' && name !== 'nodes');

/** What lives in no namespace and rules judge a namespace's objects by. Who may not read it learns that in the coverage. */
export async function readClusterScoped(reading: Reading): Promise<SnapshotObjects> {
  const objects = emptyObjects();
  await Promise.all(
    ONCE.map(async (resource) => {
      const query = { trim: trimmer(resource) };
      const list = await reading.reader.read(
        resource,
        (options) => reading.cluster.list(RESOURCES[resource], query, options),
        { otherwise: [] },
      );
      Object.assign(objects, { [resource]: list });
    }),
  );
  return objects;
}

const readNamespaceObject = ({ cluster, reader, target }: Reading, name: string): Promise<KubeObject | undefined> =>
  reader.read<KubeObject | undefined>(
    checkName('namespaces', name, target),
    (options) => cluster.get(RESOURCES.namespaces, { name }, options),
    { otherwise: undefined },
  );

/** Everything of one namespace, the namespace itself included. */
export async function readNamespace(reading: Reading, namespace: string): Promise<SnapshotObjects> {
  const objects = emptyObjects();
  const [itself] = await Promise.all([
    readNamespaceObject(reading, namespace),
    ...NAMESPACED.map(async (resource) => {
      Object.assign(objects, { [resource]: await readKind(reading, resource, namespace) });
    }),
  ]);
  if (itself) objects.namespaces.push(trim('namespaces', itself));
  objects.events = newest(objects.events);
  return objects;
}

function readKind(
  { cluster, reader, target }: Reading,
  resource: ResourceName,
  namespace: string,
): Promise<KubeObject[]> {
  const check = checkName(resource, namespace, target);
  const absent = 'the cluster does not serve metrics.k8s.io (no metrics-server, or it is not ready)';
  const query = { namespace, trim: trimmer(resource) };
  return reader.read(check, (options) => cluster.list(RESOURCES[resource], query, options), {
    otherwise: [],
    ...(resource === 'podmetrics' && { aside: true, instead: { 'not-found': { check, why: absent } } }),
  });
}

const newest = (events: KubeEvent[]): KubeEvent[] => {
  if (events.length <= MOST_EVENTS) return events;
  const dated = events.map((event) => ({ event, at: Date.parse(eventTime(event) ?? '') || 0 }));
  return dated
    .toSorted((a, b) => b.at - a.at)
    .slice(0, MOST_EVENTS)
    .map(({ event }) => event);
};

export function addObjects(to: SnapshotObjects, from: SnapshotObjects): SnapshotObjects {
  for (const name of RESOURCE_NAMES) (to[name] as KubeObject[]).push(...from[name]);
  return to;
}

export function nearestNodes(nodes: KubeNode[], pods: Pod[]): KubeNode[] {
  if (nodes.length <= MOST_NODES) return nodes;
  const ours = new Set(pods.map(({ spec }) => spec?.nodeName));
  const isReady = ({ status }: KubeNode) =>
    status?.conditions?.some(({ type, status: state }) => type === 'Ready' && state === 'True') ?? false;
  const rank = (node: KubeNode) => (ours.has(node.metadata.name) ? 0 : isReady(node) ? 2 : 1);
  return nodes.toSorted((a, b) => rank(a) - rank(b)).slice(0, MOST_NODES);
}
