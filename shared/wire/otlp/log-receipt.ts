import { performance } from 'node:perf_hooks';
import { COLLECTOR_IMAGE } from '#shared/domain/collector-image.ts';
import type { Container, Pod } from '#shared/domain/kubernetes.ts';
import type { Signal } from '#shared/domain/probe-result.ts';
import type { Canary } from '#shared/otlp/canary.ts';
import { countsAlone, loggedIn } from '#shared/otlp/logged.ts';
import { type Cluster, ClusterError } from '#shared/ports/cluster.ts';
import type { LogReceipt } from '#shared/ports/prober.ts';
import { RESOURCES } from '#shared/ports/resources.ts';
import { lookUntil } from './look-until.ts';
import type { ReadBack } from './read-back.ts';
import type { Receipt } from './receipt.ts';
import type { ApiServerOf } from './walk-api-server.ts';

/** A canary is 3 kB in a log at verbosity detailed; a busy Collector has this much beside it in some seconds. */
const MOST_BYTES = 4 * 1024 * 1024;
/** The replicas whose logs are read: any of them may have taken the canary. */
const MOST_PODS = 10;
const MOST_PAUSE_MS = 500;
const ASK_MS = 5000;
/** The kubelet's clock counts whole seconds, and cuts. */
const MARGIN_S = 2;

interface Place {
  pod: string;
  container: string;
}

interface Opened {
  cluster: Cluster;
  namespace: string;
  places: Place[];
  /** pods of the selector beyond those that are read */
  left: number;
}

/** The Collector among the containers of its pod: the one that is named, the only one, or the one with such an image. */
function containerOf({ containers }: Pod['spec'], named: string | undefined): Container | undefined {
  if (named !== undefined) return containers.find(({ name }) => name === named);
  const likely = containers.filter(({ image = '' }) => COLLECTOR_IMAGE.test(image));
  return containers.length === 1 ? containers[0] : likely.length === 1 ? likely[0] : undefined;
}

const isForbidden = (error: unknown): boolean => error instanceof ClusterError && error.fault === 'forbidden';

const whyOf = (error: unknown, what: string): string => {
  if (!(error instanceof ClusterError)) throw error;
  return isForbidden(error) ? `${what} forbidden: ${error.message}; "medic rbac" prints the Role` : error.message;
};

/** The pods that may have taken the canary, or why none can be named. */
async function placesOf(
  { namespace: named, selector, container }: LogReceipt,
  { cluster, namespace: own }: Awaited<ReturnType<ApiServerOf>>,
  signal: AbortSignal,
): Promise<Opened | string> {
  const namespace = named ?? own;
  const query = { namespace, labelSelector: selector };
  const pods = await cluster.list<Pod>(RESOURCES.pods, query, { signal, timeoutMs: ASK_MS });
  const running = pods.filter(({ status }) => status?.phase === 'Running');
  if (running.length === 0) return `no pod of ${selector} runs in ${namespace}`;
  const places = running.slice(0, MOST_PODS).flatMap(({ metadata, spec }) => {
    const chosen = containerOf(spec, container);
    return chosen ? [{ pod: metadata.name, container: chosen.name }] : [];
  });
  if (places.length === 0) {
    const names = running[0]?.spec.containers.map(({ name }) => name).join(', ');
    return container === undefined
      ? `pod ${running[0]?.metadata.name} has several containers (${names}): name that of the Collector (receipt.container of the endpoint)`
      : `pod ${running[0]?.metadata.name} has no container ${container}: ${names}`;
  }
  return { cluster, namespace, places, left: running.length - places.length };
}

interface Logged {
  pod: string;
  altered: boolean;
  /** since before the canary was sent */
  ms: number;
}

/** What the looks through the logs have come to. */
interface Look {
  seen: ReadonlyMap<Signal, Logged>;
  /** of a log that could not be read, or not to its end */
  why?: string;
  /** no other look will do better */
  forbidden?: true;
  /** a pod whose exporter shows no items */
  counts?: string;
}

interface Reading extends Opened {
  canary: Canary;
  signals: readonly Signal[];
  /** performance.now() before the canary was sent */
  started: number;
  signal: AbortSignal;
}

async function lookIn({ pod, container }: Place, reading: Reading, known: Look['seen']): Promise<Look> {
  const { cluster, namespace, canary, signals, started, signal } = reading;
  // Counted back from the clock of the node: a time of day would be this side's.
  const sinceSeconds = Math.ceil((performance.now() - started) / 1000) + MARGIN_S;
  const query = { namespace, pod, container, sinceSeconds, limitBytes: MOST_BYTES };
  let text: string;
  try {
    text = await cluster.podLog(query, { signal, timeoutMs: ASK_MS });
  } catch (error) {
    const why = whyOf(error, 'pods/log');
    return { seen: new Map(), why, ...(isForbidden(error) && { forbidden: true }) };
  }
  const ms = Math.round(performance.now() - started);
  const seen = signals.flatMap((of): [Signal, Logged][] => {
    const logged = known.has(of) ? 'absent' : loggedIn(of, text, canary);
    return logged === 'absent' ? [] : [[of, { pod, altered: logged === 'altered', ms }]];
  });
  return {
    seen: new Map(seen),
    ...(Buffer.byteLength(text) >= MOST_BYTES && { why: `the log of ${pod} has more than 4 MiB in ${sinceSeconds} s` }),
    ...(countsAlone(text) && { counts: pod }),
  };
}

async function lookInAll(reading: Reading, known: Look['seen']): Promise<Look> {
  const each = await Promise.all(reading.places.map((place) => lookIn(place, reading, known)));
  return Object.assign({}, ...each, { seen: new Map([...known, ...each.flatMap(({ seen }) => [...seen])]) });
}

function judged(of: Signal, { seen, why, counts }: Look, { canary, places, left }: Reading, seconds: number): ReadBack {
  const at = seen.get(of);
  if (at?.altered) {
    const detail = `the Collector logged trace ${canary.traceId} without its attributes (pod ${at.pod})`;
    return { signal: of, found: { code: 'stored-altered', detail }, detail: '' };
  }
  if (at) return { signal: of, detail: `the Collector logged it within ${at.ms} ms (pod ${at.pod})` };
  const blind =
    why ??
    (left > 0 ? `not in the logs of ${places.length} pods, and those of ${left} more were not read` : undefined) ??
    (counts && `the debug exporter of ${counts} logs counts alone: give it verbosity: detailed`);
  if (blind !== undefined) return { signal: of, unread: blind, detail: '' };
  const pods = places.map(({ pod }) => pod).join(', ');
  const detail = `nothing of this run in the log of ${pods} within ${seconds} s: look at the pipeline for canaries`;
  return { signal: of, found: { code: 'not-stored', detail }, detail: '' };
}

interface Options {
  apiServerOf: ApiServerOf;
  /** whose cluster it is */
  target: string;
  canary: Canary;
}

/**
 * The Collector's own log as the receipt: a debug exporter of verbosity detailed, behind the filter for canaries, writes
 * what came through, and the API server hands it out. Nothing has to reach the prober, so a function can do it too. No
 * word of a log is kept or shown. Made before the canary is sent.
 */
export function receiptInLogs(of: LogReceipt, { apiServerOf, target, canary }: Options): Receipt {
  const started = performance.now();
  return {
    async returned(signals, { untilMs, signal }) {
      const unread = (why: string): ReadBack[] => signals.map((one) => ({ signal: one, unread: why, detail: '' }));
      try {
        const opened = await placesOf(of, await apiServerOf(target, { signal, timeoutMs: ASK_MS }), signal);
        if (typeof opened === 'string') return unread(opened);
        const reading: Reading = { ...opened, canary, signals, started, signal };
        let last: Look | undefined;
        await lookUntil(
          async () => {
            const look = await lookInAll(reading, last?.seen ?? new Map());
            // A look that the end of the run has cut says nothing; what was seen before it holds.
            if (!signal.aborted) last = look;
          },
          () => last?.forbidden === true || signals.every((each) => last?.seen.has(each)),
          { untilMs, mostPauseMs: MOST_PAUSE_MS, signal },
        );
        const found: Look = last ?? { seen: new Map(), why: 'the run was over before a log could be read' };
        const seconds = Math.round((performance.now() - started) / 1000);
        return signals.map((one) => judged(one, found, reading, seconds));
      } catch (error) {
        return unread(whyOf(error, 'list pods'));
      }
    },
  };
}
