import { troubleOf } from './container-state.ts';
import { aboutIn, failureIn } from './failure-messages.ts';
import { ENOUGH_RECORDS, presentRecords } from './log-records.ts';
import { type ContainerView, keyOf, type Ref, type WorkloadView } from './model.ts';
import { hostsIn, type Need, servicesOf } from './needs.ts';
import type { ClusterView } from './view.ts';

/** How names and addresses lead to the Services that were read. */
export interface Directory {
  exists: (service: Ref) => boolean;
  /** by ClusterIP or the address of a pod behind it, which clients in Go, Node and libpq log instead of the name */
  byAddress: (ip: string) => Ref | undefined;
  /** none of its endpoints is ready */
  isDown: (service: Ref) => boolean;
}

/** What is said of names and connections; other failures have nobody at the other end. */
const UNREACHED = new Set(['external-endpoint-unreachable', 'dns-resolution-failing']);

/**
 * The Services that a workload says it misses: in lines about failed connections, or in the command of an init container
 * that runs until somebody answers. `configured`: what its configuration names, for lines that name nobody.
 */
export function callsOf(
  workload: WorkloadView,
  view: Pick<ClusterView, 'log' | 'now'>,
  directory: Directory,
  configured: () => Need[],
): Need[] {
  const found = new Map<string, Need>();
  const meant = calleesOf(workload, directory, configured);
  for (const container of workload.pods.flatMap(({ containers }) => containers)) {
    for (const call of [...failedCalls(view, container, meant), ...waits(container, meant)]) {
      const key = `${call.service.namespace}/${call.service.name}`;
      if (!found.has(key)) found.set(key, { ...call, missed: true });
    }
  }
  return [...found.values()];
}

type Callee = Pick<Need, 'service' | 'address'>;
type Meant = ReturnType<typeof calleesOf>;

const IP = /^\d{1,3}(?:\.\d{1,3}){3}(?=:|$)/;

/** Whom a workload means when it says that it does not reach somebody. */
function calleesOf(
  { ref: { namespace }, services }: WorkloadView,
  { exists, byAddress, isDown }: Directory,
  configured: () => Need[],
) {
  const own = new Set(services.map(({ ref }) => ref.name));
  let down: Need[] | undefined;
  const named = (host: string): Ref | undefined => byAddress(host) ?? servicesOf(host, namespace).find(exists);
  const at = (address: string): Callee | undefined => {
    const service = named(address.split(/[:/]/, 1)[0] ?? '');
    return service && { service, address };
  };
  return {
    at,
    /** Who is called by an address that belongs to nobody, or by none: whom else the words name, or what is set and down. */
    by(address: string | undefined, text: string): Callee | undefined {
      const sure = address === undefined ? undefined : at(address);
      if (sure || (address !== undefined && !IP.test(address))) return sure;
      const host = hostsIn(text).find((each) => !IP.test(each) && named(each) && !own.has(named(each)?.name ?? ''));
      if (host) return at(host);
      const port = /:\d{1,5}$/.exec(address ?? '')?.[0];
      down ??= configured().filter(({ service }) => isDown(service));
      return down.find((one) => !port || one.address.includes(port));
    },
  };
}

function failedCalls(view: Pick<ClusterView, 'log' | 'now'>, container: ContainerView, meant: Meant): Need[] {
  const { pod, name } = container;
  const logs = [true, false].flatMap((previous) => view.log(container, previous) ?? []);
  // No rule yet: what trips here would take the whole diagnosis with it.
  if (logs.length === 0 || logs.some(({ text }) => typeof text !== 'string')) return [];
  const inTrouble = troubleOf(view, container) !== undefined;
  const told = presentRecords(view, container, inTrouble).flatMap((record) => {
    // What is not well may tell at any level what it waits for.
    const failure = failureIn(inTrouble ? { ...record, level: 'error' } : record);
    return failure && UNREACHED.has(failure.code) ? (meant.by(aboutIn(failure, record), record.text) ?? []) : [];
  });
  const source = `Pod/${pod.ref.namespace}/${pod.ref.name}`;
  const path = `log of ${name}${view.log(container, true) && inTrouble ? ' (previous)' : ''}`;
  return [...Map.groupBy(told, ({ service }) => keyOf(service)).values()]
    .filter(({ length }) => length >= (inTrouble ? 1 : ENOUGH_RECORDS))
    .flatMap(([first]) => (first ? [{ service: first.service, address: first.address, source, path }] : []));
}

/** Any word of the command that is the name of a Service; what it is compared with leaves only those. */
function waits(container: ContainerView, { at }: Meant): Need[] {
  const { pod, init, status } = container;
  if (!init || !status?.state?.running) return [];
  const source = `Pod/${pod.ref.namespace}/${pod.ref.name}`;
  return wordsOf(container).flatMap(({ word, path }) => {
    const callee = at(word);
    return callee ? [{ ...callee, source, path }] : [];
  });
}

/** Of the command and the arguments of a container, each with its field path; what shells put around words is left out. */
export const wordsOf = ({ spec, specPath }: ContainerView): { word: string; path: string }[] =>
  (['command', 'args'] as const).flatMap((field) =>
    (spec?.[field] ?? [])
      .flatMap((text) => String(text).split(/[\s"';|&()<>=@/]+/))
      .map((word) => ({ word, path: `${specPath}.${field}` })),
  );
