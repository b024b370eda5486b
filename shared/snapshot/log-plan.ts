import { isDnsServer } from '#shared/domain/cluster-dns.ts';
import { COLLECTOR_IMAGE } from '#shared/domain/collector-image.ts';
import type { ContainerStatus, Pod } from '#shared/domain/kubernetes.ts';
import type { SnapshotObjects } from '#shared/domain/snapshot.ts';
import { expectedObjects, type Target } from '#shared/domain/target.ts';
import { podOwners } from './pod-owner.ts';

export interface LogRequest {
  namespace: string;
  pod: string;
  container: string;
  previous: boolean;
  tailLines: number;
  limitBytes: number;
  /** of programs that write no time */
  timestamps?: boolean;
}

const MOST_CONTAINERS = 20;
/** Replicas of one workload say the same thing: two that fail show whether they fail alike. */
const FAILING_PODS_PER_OWNER = 2;
const HEALTHY_CONTAINERS = 6;
const FAILING = { tailLines: 200, limitBytes: 256 * 1024 };
/** Servers of the cluster DNS: Ready whatever becomes of their questions, for every name of the target asks them. */
const DNS = { tailLines: 200, limitBytes: 64 * 1024, timestamps: true };
const DNS_PODS = 2;
const HEALTHY = { tailLines: 50, limitBytes: 64 * 1024 };

interface Candidate {
  pod: Pod;
  containers: string[];
  failing: boolean;
  owner: string;
  rank: number;
}

/** Which logs are worth reading: of what fails first, and of that the target's own first. Bounded. */
export function planLogs(target: Target, objects: Pick<SnapshotObjects, 'pods' | 'replicasets'>): LogRequest[] {
  const ownerOf = podOwners(objects.replicasets);
  const [dns, others] = partition(objects.pods);
  const candidates = others
    .filter(({ status }) => status?.phase !== 'Succeeded')
    .map((pod) => candidateOf(pod, target, ownerOf(pod)))
    .toSorted((a, b) => a.rank - b.rank || a.pod.metadata.name.localeCompare(b.pod.metadata.name));

  const perOwner = new Map<string, number>();
  const budget = { failing: MOST_CONTAINERS, healthy: HEALTHY_CONTAINERS };
  let left = MOST_CONTAINERS;
  const planned = candidates.flatMap((candidate) => {
    const { failing, owner } = candidate;
    const state = failing ? 'failing' : 'healthy';
    const seen = perOwner.get(owner) ?? 0;
    if (seen >= (failing ? FAILING_PODS_PER_OWNER : 1)) return [];
    const containers = candidate.containers.slice(0, Math.min(left, budget[state]));
    if (containers.length === 0) return [];
    perOwner.set(owner, seen + 1);
    left -= containers.length;
    budget[state] -= containers.length;
    return containers.flatMap((container) => requestsFor(candidate, container));
  });
  return [...planned, ...ofDns(dns, target)];
}

const partition = (pods: Pod[]): [dns: Pod[], others: Pod[]] => [
  pods.filter(({ metadata }) => isDnsServer(metadata)),
  pods.filter(({ metadata }) => !isDnsServer(metadata)),
];

/** Two servers, those in trouble first: what ails the one ails the others. */
const ofDns = (pods: Pod[], target: Target): LogRequest[] =>
  pods
    .map((pod) => candidateOf(pod, target, 'dns'))
    .toSorted((a, b) => a.rank - b.rank || a.pod.metadata.name.localeCompare(b.pod.metadata.name))
    .slice(0, DNS_PODS)
    .flatMap((candidate) =>
      candidate.containers.flatMap((container) =>
        requestsFor(candidate, container).map((request) => ({ ...request, ...DNS })),
      ),
    );

export const statusesOf = ({ status }: Pod): ContainerStatus[] => [
  ...(status?.initContainerStatuses ?? []),
  ...(status?.containerStatuses ?? []),
];

/** An init container that has ended well is done; an app container that has ended is not. */
export function isFailing(pod: Pod, status: ContainerStatus): boolean {
  const { waiting, running, terminated } = status.state ?? {};
  if ((status.restartCount ?? 0) > 0 || (terminated && terminated.exitCode !== 0)) return true;
  const init = pod.status?.initContainerStatuses?.some(({ name }) => name === status.name) ?? false;
  // One that runs is what the pod waits for; what runs beside the others from the start on is ready.
  if (init) return waiting ? waiting.reason !== 'PodInitializing' : running !== undefined && status.ready !== true;
  return status.ready !== true;
}

/** Has it ever run, so that there can be a log? */
export const hasRun = ({ state, restartCount = 0 }: ContainerStatus): boolean =>
  restartCount > 0 || (state?.waiting === undefined && state !== undefined);

function candidateOf(pod: Pod, target: Target, ref: string): Candidate {
  const statuses = statusesOf(pod);
  const failing = statuses.filter((status) => isFailing(pod, status));
  const namespace = pod.metadata.namespace ?? '';
  const shown = failing.length > 0 ? failing : (pod.status?.containerStatuses ?? []);
  return {
    pod,
    containers: shown.filter(hasRun).map(({ name }) => name),
    failing: failing.length > 0,
    owner: `${namespace} ${ref} ${failing.length > 0}`,
    rank: (failing.length > 0 ? 0 : 10) + nearness(namespace, ref, target) - (saysMore(pod) ? 0.5 : 0),
  };
}

/** A Collector stays Ready whatever becomes of the data: only its log tells, with a stack of 30 lines to each error. */
const saysMore = ({ spec }: Pod): boolean =>
  (spec?.containers ?? []).some(({ image = '' }) => COLLECTOR_IMAGE.test(image));

/** 0 the target, 1 its Collector, 2 its namespace, 3 elsewhere. */
function nearness(namespace: string, ref: string, target: Target): number {
  if (namespace !== target.namespace) return 3;
  if (target.workloads === 'all') return 0;
  if (target.workloads.some((workload) => workload === ref)) return 0;
  return expectedObjects(target).collector?.workload === ref ? 1 : 2;
}

function requestsFor({ pod, failing }: Candidate, container: string): LogRequest[] {
  const { namespace = '', name } = pod.metadata;
  const status = statusesOf(pod).find((one) => one.name === container);
  const current = {
    namespace,
    pod: name,
    container,
    previous: false,
    ...(failing || saysMore(pod) ? FAILING : HEALTHY),
  };
  const restarted = (status?.restartCount ?? 0) > 0 || status?.lastState?.terminated !== undefined;
  return restarted ? [current, { ...current, previous: true }] : [current];
}
