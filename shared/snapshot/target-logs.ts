import { InputError } from '#shared/domain/errors.ts';
import type { Pod, Workload } from '#shared/domain/kubernetes.ts';
import { nearest } from '#shared/domain/nearest.ts';
import { expectedObjects, type Target } from '#shared/domain/target.ts';
import { newestRollout } from '#shared/logs/newest-rollout.ts';
import { type Cluster, ClusterError, type Clusters } from '#shared/ports/cluster.ts';
import { RESOURCES } from '#shared/ports/resources.ts';
import { hasRun, isFailing, statusesOf } from './log-plan.ts';
import { podOwners } from './pod-owner.ts';
import { makeReader, type Reader } from './reader.ts';
import { trim } from './trim.ts';

const MOST_LOGS = 20;
/** Of one log: twenty of them, eight at a time, fit a function's memory. */
const LIMIT_BYTES = 8 * 1024 * 1024;
const CALL_SHARE = 0.5;

export interface WantedLogs {
  /** default: those of the target's workloads and of its Collector */
  pod?: string | undefined;
  /** default: every container that has run */
  container?: string | undefined;
  tailLines: number;
  previous: boolean;
}

export interface TargetLog {
  namespace: string;
  pod: string;
  container: string;
  previous: boolean;
  restarts: number;
  /** the log has earlier lines than these */
  cut: boolean;
  text: string;
}

export interface ReadLogs<T> {
  logs: T[];
  notChecked: { check: string; why: string }[];
  /** when the newest ReplicaSet of the target's workloads was made */
  rolloutAt?: string;
}

type Place = Omit<TargetLog, 'text' | 'cut'>;

/**
 * Reads the logs of a target's containers, failing ones first, and hands each to `use` as it comes: no two need be held.
 * What could not be read is named. Throws InputError for a pod or container that there is not.
 */
export async function readTargetLogs<T>(
  clusters: Clusters,
  { target, wanted }: { target: Target; wanted: WantedLogs },
  { signal, deadlineMs }: { signal: AbortSignal; deadlineMs: number },
  use: (log: TargetLog, rolloutAt: string | undefined) => T,
): Promise<ReadLogs<T>> {
  const stop = new AbortController();
  const within = AbortSignal.any([signal, stop.signal, AbortSignal.timeout(Math.ceil(deadlineMs))]);
  let cluster: Cluster;
  try {
    cluster = await clusters.open(target, { signal: within });
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    return { logs: [], notChecked: [{ check: 'logs', why: error.message }] };
  }
  const reader = makeReader({
    signal: within,
    timeoutMs: Math.ceil(deadlineMs * CALL_SHARE),
    stop: () => stop.abort(),
  });
  const { pods, replicaSets } = await readPods(cluster, reader, target);
  const unread = () => reader.coverage(`not done within ${Math.round(deadlineMs / 1000)} s`).notChecked;
  if (unread().some(({ check }) => check === 'pods')) return { logs: [], notChecked: unread() };

  const rolloutAt = newestRollout(target, replicaSets);
  const places = placesOf({ target, wanted }, pods, podOwners(replicaSets));
  for (const { pod, container } of places.slice(MOST_LOGS))
    reader.skip(`logs: ${pod}/${container}`, `more than ${MOST_LOGS} containers: name the pod (--pod)`);
  const logs = await Promise.all(
    places.slice(0, MOST_LOGS).map(async (place) => {
      const log = await readOne(cluster, reader, place, wanted.tailLines);
      return log && use(log, rolloutAt);
    }),
  );
  signal.throwIfAborted();
  return {
    logs: logs.filter((log) => log !== undefined),
    notChecked: unread(),
    ...(rolloutAt !== undefined && { rolloutAt }),
  };
}

async function readPods(cluster: Cluster, reader: Reader, { namespace }: Target) {
  const [pods, replicaSets] = await Promise.all([
    reader.read(
      'pods',
      (options) => cluster.list<Pod>(RESOURCES.pods, { namespace, trim: (pod) => trim('pods', pod) }, options),
      { otherwise: [] },
    ),
    reader.read(
      'replicasets',
      (options) =>
        cluster.list<Workload>(RESOURCES.replicasets, { namespace, trim: (set) => trim('replicasets', set) }, options),
      { otherwise: [] },
    ),
  ]);
  return { pods, replicaSets };
}

function placesOf(
  { target, wanted }: { target: Target; wanted: WantedLogs },
  pods: readonly Pod[],
  ownerOf: (pod: Pod) => string,
): Place[] {
  const ours = wanted.pod === undefined ? podsOf(target, pods, ownerOf) : [podNamed(wanted.pod, pods, target)];
  const all = ours.flatMap((pod) => containersOf(pod));
  const named = all.filter(({ place }) => wanted.container === undefined || place.container === wanted.container);
  if (wanted.container !== undefined && all.length > 0 && named.length === 0) {
    const names = [...new Set(all.map(({ place }) => place.container))];
    throw new InputError(`--container ${wanted.container}: there are ${names.join(', ')}`);
  }
  return named
    .filter(({ done }) => !done || wanted.container !== undefined || wanted.pod !== undefined)
    .filter(({ place }) => !wanted.previous || place.restarts > 0)
    .toSorted((one, other) => Number(other.failing) - Number(one.failing))
    .map(({ place }) => ({ ...place, previous: wanted.previous }));
}

/** Those of the target's workloads in their order, then those of its Collector. */
function podsOf(target: Target, pods: readonly Pod[], ownerOf: (pod: Pod) => string): Pod[] {
  if (target.workloads === 'all') return pods.filter(({ status }) => status?.phase !== 'Succeeded');
  const refs: string[] = [...target.workloads, expectedObjects(target).collector?.workload ?? []].flat();
  return [...new Set(refs)].flatMap((ref) => pods.filter((pod) => ownerOf(pod) === ref));
}

function podNamed(name: string, pods: readonly Pod[], { namespace }: Target): Pod {
  const found = pods.find(({ metadata }) => metadata.name === name);
  if (found) return found;
  const meant = nearest(
    name,
    pods.map(({ metadata }) => metadata.name),
  );
  throw new InputError(`--pod ${name}: no such pod in ${namespace}${meant ? `: did you mean "${meant}"?` : ''}`);
}

/** An init container that has ended well says nothing of the present. */
const containersOf = (pod: Pod) =>
  statusesOf(pod)
    .filter(hasRun)
    .map((status) => ({
      place: {
        namespace: pod.metadata.namespace ?? '',
        pod: pod.metadata.name,
        container: status.name,
        previous: false,
        restarts: status.restartCount ?? 0,
      },
      failing: isFailing(pod, status),
      done:
        status.state?.terminated?.exitCode === 0 &&
        (pod.status?.initContainerStatuses?.some(({ name }) => name === status.name) ?? false),
    }));

async function readOne(
  cluster: Cluster,
  reader: Reader,
  place: Place,
  tailLines: number,
): Promise<TargetLog | undefined> {
  const { restarts, ...of } = place;
  const text = await reader.read<string | undefined>(
    `logs: ${of.pod}/${of.container}`,
    (options) => cluster.podLog({ ...of, tailLines, limitBytes: LIMIT_BYTES }, options),
    { otherwise: undefined, instead: { forbidden: { check: `logs (${of.namespace})` } } },
  );
  if (text === undefined) return undefined;
  const cut = text.split('\n').length - 1 >= tailLines || Buffer.byteLength(text) >= LIMIT_BYTES;
  return { ...of, restarts, cut, text };
}
