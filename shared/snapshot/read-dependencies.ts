import type { KubeObject } from '#shared/domain/kubernetes.ts';
import type { SnapshotObjects } from '#shared/domain/snapshot.ts';
import { RESOURCES } from '#shared/ports/resources.ts';
import { dependencyNamespaces, MOST_NAMESPACES, type NamespaceLead } from './dependencies.ts';
import { checkName, type Reading, readNamespace } from './read-objects.ts';

export interface Dependency {
  namespace: string;
  objects: SnapshotObjects;
}

/** The namespaces that the target points to, in the order of their leads. */
export async function readDependencies(reading: Reading, seen: SnapshotObjects): Promise<Dependency[]> {
  const leads = dependencyNamespaces(reading.target, seen);
  const real = await Promise.all(leads.map(async (lead) => ((await isReal(reading, lead)) ? [lead.namespace] : [])));
  const namespaces = real.flat().slice(0, MOST_NAMESPACES);
  for (const namespace of real.flat().slice(MOST_NAMESPACES)) {
    reading.reader.skip(
      `namespaces (${namespace})`,
      `not among the first ${MOST_NAMESPACES} that the target points to`,
    );
  }
  return Promise.all(
    namespaces.map(async (namespace) => ({ namespace, objects: await readNamespace(reading, namespace) })),
  );
}

/** `collector.example` may be a host on the internet: a namespace of that name proves that it is none. */
async function isReal({ cluster, reader, target }: Reading, { namespace, sure }: NamespaceLead): Promise<boolean> {
  if (sure) return true;
  const found = await reader.read<KubeObject | undefined>(
    checkName('namespaces', namespace, target),
    (options) => cluster.get(RESOURCES.namespaces, { name: namespace }, options),
    { otherwise: undefined, silent: (answer) => answer === undefined },
  );
  return found !== undefined;
}
