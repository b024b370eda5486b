import type { Snapshot } from '#shared/domain/snapshot.ts';
import type { Target } from '#shared/domain/target.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { Cluster } from '#shared/ports/cluster.ts';
import { readCertificates } from './read-certificates.ts';
import { readDependencies } from './read-dependencies.ts';
import { readLogs } from './read-logs.ts';
import {
  addObjects,
  nearestNodes,
  type Reading,
  readClusterScoped,
  readNamespace,
  readNodes,
  readVersion,
} from './read-objects.ts';
import { readSecrets } from './read-secrets.ts';
import { readSurroundings } from './read-surroundings.ts';
import { makeReader } from './reader.ts';
import { UNREACHABLE } from './unreachable.ts';

const DEADLINE_MS = 20_000;
/** One call may take half of the whole: what depends on it still has its turn. */
const CALL_SHARE = 0.5;

export interface CollectOptions {
  clock: Clock;
  signal?: AbortSignal;
  /** of the whole look, in milliseconds; default 20,000 */
  deadlineMs?: number;
}

/**
 * One read-only look at a target and what it depends on. Never rejects for the cluster's sake: what could not be read is
 * in the coverage, a cluster out of reach included. Nothing unredacted leaves this function.
 */
export async function collectSnapshot(cluster: Cluster, target: Target, options: CollectOptions): Promise<Snapshot> {
  const { clock, deadlineMs = DEADLINE_MS } = options;
  const began = clock.now();
  const loading = parsing();
  const stop = new AbortController();
  const deadline = setTimeout(() => stop.abort(), deadlineMs);
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  const reader = makeReader({ signal, timeoutMs: Math.ceil(deadlineMs * CALL_SHARE), stop: () => stop.abort() });
  try {
    const seen = await readAll({ cluster, target, reader });
    const late = `deadline: not finished within ${Math.round(deadlineMs / 100) / 10} s`;
    const unreachable = reader.unreachable(late);
    const { redactSnapshot, configFactsOf } = await loading;
    return redactSnapshot({
      schemaVersion: 1,
      target: target.name,
      cluster: { name: cluster.name, ...(seen.version !== undefined && { version: seen.version }) },
      namespaces: seen.namespaces,
      at: began.toISOString(),
      durationMs: Math.max(0, clock.now().getTime() - began.getTime()),
      objects: seen.objects,
      ...seen.secretFacts,
      logs: seen.logs,
      configFacts: seen.objects.configmaps.flatMap(configFactsOf),
      coverage:
        unreachable === undefined
          ? reader.coverage(late)
          : { checked: [], notChecked: [{ check: UNREACHABLE, why: unreachable }] },
    });
  } finally {
    clearTimeout(deadline);
    // Node keeps a signal made of others while somebody listens to it, and with it all that was read.
    stop.abort();
  }
}

/** The parsers of YAML, JSON and TOML are as large as all the rest: they load while the cluster answers. */
async function parsing() {
  const [{ redactSnapshot }, { configFactsOf }] = await Promise.all([
    import('./redact-snapshot.ts'),
    import('./config-facts.ts'),
  ]);
  return { redactSnapshot, configFactsOf };
}

/** First the target's namespace; what that points to is known only then. */
async function readAll(reading: Reading) {
  const { target } = reading;
  const [version, nodes, clusterScoped, own] = await Promise.all([
    readVersion(reading),
    readNodes(reading),
    readClusterScoped(reading),
    readNamespace(reading, target.namespace),
  ]);
  const objects = addObjects(clusterScoped, own);
  const dependencies = await readDependencies(reading, objects);
  for (const { objects: more } of dependencies) addObjects(objects, more);
  const namespaces = [target.namespace, ...dependencies.map(({ namespace }) => namespace)];
  objects.nodes = nearestNodes(nodes, objects.pods);
  const [secretFacts, logs, surroundings] = await Promise.all([
    readSecrets(reading, objects),
    readLogs(reading, objects),
    readSurroundings(reading, objects, { namespaces, version }),
  ]);
  // Of its pods only those of the cluster DNS.
  const [around, certificates] = await Promise.all([
    readLogs(reading, surroundings),
    readCertificates(reading, objects, secretFacts.secrets),
  ]);
  return {
    version,
    objects: addObjects(objects, surroundings),
    namespaces,
    secretFacts: { ...secretFacts, ...(certificates.length > 0 && { certificates }) },
    logs: [...logs, ...around],
  };
}
