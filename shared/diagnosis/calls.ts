import { troubleOf } from './container-state.ts';
import { aboutIn, failureIn } from './failure-messages.ts';
import { ENOUGH_RECORDS, presentRecords } from './log-records.ts';
import type { ContainerView, Ref, WorkloadView } from './model.ts';
import { type Need, servicesOf } from './needs.ts';
import type { ClusterView } from './view.ts';

/** How names and addresses lead to the Services that were read. */
export interface Directory {
  exists: (service: Ref) => boolean;
  /** by ClusterIP, which clients in Go, Node and libpq log instead of the name */
  byAddress: (ip: string) => Ref | undefined;
}

/** What is said of names and connections; other failures have nobody at the other end. */
const UNREACHED = new Set(['external-endpoint-unreachable', 'dns-resolution-failing']);

/**
 * The Services that a workload says it misses: by name or address in lines about failed connections, or in the command
 * of an init container that runs until somebody answers.
 */
export function callsOf(
  workload: WorkloadView,
  view: Pick<ClusterView, 'log' | 'now'>,
  { exists, byAddress }: Directory,
): Need[] {
  const { namespace } = workload.ref;
  const serviceAt = (host: string): Ref | undefined => byAddress(host) ?? servicesOf(host, namespace).find(exists);
  const found = new Map<string, Need>();
  for (const { address, ...place } of workload.pods.flatMap(({ containers }) =>
    containers.flatMap((container) => [...failedCalls(view, container), ...waits(container)]),
  )) {
    const service = serviceAt(address.split(/[:/]/, 1)[0] ?? '');
    const key = service && `${service.namespace}/${service.name}`;
    if (service && key && !found.has(key)) found.set(key, { service, address, ...place, missed: true });
  }
  return [...found.values()];
}

type Call = Pick<Need, 'address' | 'source' | 'path'>;

function failedCalls(view: Pick<ClusterView, 'log' | 'now'>, container: ContainerView): Call[] {
  const { pod, name } = container;
  const logs = [true, false].flatMap((previous) => view.log(container, previous) ?? []);
  // No rule yet: what trips here would take the whole diagnosis with it.
  if (logs.length === 0 || logs.some(({ text }) => typeof text !== 'string')) return [];
  const inTrouble = troubleOf(view, container) !== undefined;
  const told = presentRecords(view, container, inTrouble).flatMap((record) => {
    const failure = failureIn(record);
    const address = failure && UNREACHED.has(failure.code) ? aboutIn(failure, record) : undefined;
    return address ? [address] : [];
  });
  const source = `Pod/${pod.ref.namespace}/${pod.ref.name}`;
  const path = `log of ${name}${view.log(container, true) && inTrouble ? ' (previous)' : ''}`;
  const enough = [...Map.groupBy(told, (address) => address).values()].filter(
    ({ length }) => length >= (inTrouble ? 1 : ENOUGH_RECORDS),
  );
  return enough.flatMap(([address]) => (address ? [{ address, source, path }] : []));
}

/** Any word of the command that is the name of a Service; what it is compared with leaves only those. */
function waits(container: ContainerView): Call[] {
  const { pod, init, status } = container;
  if (!init || !status?.state?.running) return [];
  const source = `Pod/${pod.ref.namespace}/${pod.ref.name}`;
  return wordsOf(container).map(({ word, path }) => ({ address: word, source, path }));
}

/** Of the command and the arguments of a container, each with its field path; what shells put around words is left out. */
export const wordsOf = ({ spec, specPath }: ContainerView): { word: string; path: string }[] =>
  (['command', 'args'] as const).flatMap((field) =>
    (spec?.[field] ?? [])
      .flatMap((text) => String(text).split(/[\s"';|&()<>=@/]+/))
      .map((word) => ({ word, path: `${specPath}.${field}` })),
  );
