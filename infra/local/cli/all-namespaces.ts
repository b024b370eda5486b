import { createHash } from 'node:crypto';
import pLimit from 'p-limit';
import { combine, type Part } from '#shared/diagnosis/combine.ts';
import { diagnose } from '#shared/diagnosis/diagnose.ts';
import type { Diagnosis } from '#shared/domain/diagnosis.ts';
import { UnavailableError } from '#shared/domain/errors.ts';
import type { Target } from '#shared/domain/target.ts';
import type { Cluster } from '#shared/ports/cluster.ts';
import { RESOURCES } from '#shared/ports/resources.ts';
import { storeSnapshot } from '#shared/snapshot/place.ts';
import { takeSnapshot } from '#shared/snapshot/take.ts';
import type { Environment } from './environment.ts';
import { sharedCluster } from './shared-cluster.ts';

/** At the same time: each look has calls of its own beside each other. */
const AT_ONCE = 3;
/** More are a matter of minutes; those with most workloads come first. */
const MOST_NAMESPACES = 200;
/** Of one namespace; milliseconds. */
const LOOK_MS = 30_000;

const WORKLOADS = ['deployments', 'statefulsets', 'daemonsets'] as const;

/** The namespaces that have workloads, those with most of them first. Throws ClusterError. */
async function namespacesWithWorkloads(cluster: Cluster, signal: AbortSignal): Promise<string[]> {
  const lists = await Promise.all(
    WORKLOADS.map((resource) => cluster.list(RESOURCES[resource], { metadataOnly: true }, { signal })),
  );
  const groups = Map.groupBy(lists.flat(), ({ metadata }) => metadata.namespace ?? '');
  return [...groups].toSorted(([, a], [, b]) => b.length - a.length).map(([namespace]) => namespace);
}

/** Every namespace that has workloads, each looked at by itself and kept; one Diagnosis over all of them. */
export async function diagnoseAll(environment: Environment, signal: AbortSignal): Promise<Diagnosis> {
  const { ports, config, target, progress } = environment;
  const { store, clock } = ports;
  const began = clock.now();
  const cluster = await ports.clusters.open(target, { signal });
  const clusters = sharedCluster(cluster, signal);
  const all = await namespacesWithWorkloads(cluster, signal);
  if (all.length === 0) throw new UnavailableError('no namespace of this cluster has a workload');

  const one = async (namespace: string): Promise<Part> => {
    const own: Target = { ...target, name: nameIn(target, namespace), namespace, workloads: 'all' };
    const at = clock.now();
    const snapshot = await takeSnapshot(clusters, own, { clock, signal, deadlineMs: LOOK_MS });
    const stored = await storeSnapshot(store, snapshot);
    const found = diagnose(snapshot, { target: own, ignore: config.ignore, now: at });
    return {
      namespace,
      diagnosis: { ...found, durationMs: Math.max(0, clock.now().getTime() - at.getTime()), snapshot: stored },
    };
  };
  const turn = pLimit(AT_ONCE);
  const looked = all.slice(0, MOST_NAMESPACES);
  let done = 0;
  const counted = async (namespace: string) => {
    const part = await one(namespace);
    done += 1;
    return part;
  };
  const parts = await progress.during(
    () => `looking at ${looked.length} namespaces: ${done} done`,
    Promise.all(looked.map((namespace) => turn(() => counted(namespace)))),
  );
  const snapshots = parts.map(({ namespace, diagnosis }) => ({ namespace, ...diagnosis.snapshot }));
  const list = `${JSON.stringify({ schemaVersion: 1, snapshots }, null, 2)}\n`;
  const [day = '', time = ''] = began.toISOString().split('T');
  const key = `snapshots/${target.name}/${day.replaceAll('-', '/')}/${time.replaceAll(':', '')}-namespaces.json`;
  await store.put(key, list);
  return combine(
    parts,
    {
      target: target.name,
      at: began.toISOString(),
      durationMs: Math.max(0, clock.now().getTime() - began.getTime()),
      snapshot: { key, sha256: createHash('sha256').update(list).digest('hex') },
    },
    all.slice(MOST_NAMESPACES).map((namespace) => ({
      check: `namespace ${namespace}`,
      why: `not among the first ${MOST_NAMESPACES}: look at it with --namespace ${namespace} (could change the verdict)`,
    })),
  );
}

/** As a look at that namespace alone is named, so that both find the same history. */
const nameIn = ({ name }: Target, namespace: string): string =>
  `${name.replace(/-all-namespaces$/, '')}-${namespace}`.slice(-63).replace(/^-/, '');

/** One line for each namespace, worst first: what a person reads before the details. */
export const namespaceLines = ({ namespaces = [] }: Diagnosis): string[] =>
  namespaces.map(({ namespace, verdict, rootCauses }) =>
    [verdict.padEnd(8), namespace, ...(rootCauses.length > 0 ? [`(${rootCauses.join(', ')})`] : [])].join(' '),
  );
