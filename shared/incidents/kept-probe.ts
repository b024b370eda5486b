import { type ProbeResult, probeResult } from '#shared/domain/probe-result.ts';
import { laddersOf } from '#shared/otlp/worst-first.ts';
import type { ProbeRequest } from '#shared/ports/prober.ts';
import type { Store } from '#shared/ports/store.ts';
import { jsonIn } from './history-keys.ts';
import { keepLatest } from './keep-latest.ts';

/** Two schedules of five minutes meet anywhere: each finds what the other sent last, and no canary is sent twice. */
const FRESH_MS = 10 * 60_000;

const keyOf = (target: string): string => `probes/${target}.json`;

/** What was found at the endpoints of a target, for whoever looks next. Returns the key. */
export async function keepProbe(store: Store, target: string, result: ProbeResult): Promise<string> {
  await keepLatest(store, keyOf(target), result);
  return keyOf(target);
}

const placeOf = ({ endpoint, protocol }: Pick<ProbeRequest, 'endpoint' | 'protocol'>) =>
  `${protocol} ${URL.parse(endpoint)?.host ?? endpoint}`;
const places = (of: readonly Pick<ProbeRequest, 'endpoint' | 'protocol'>[]) => of.map(placeOf).toSorted().join();

/** The newest one, where it is fresh and about these very endpoints: the configuration may have changed since. */
export async function freshProbe(
  store: Pick<Store, 'read'>,
  target: string,
  { requests, now }: { requests: readonly ProbeRequest[]; now: Date },
): Promise<ProbeResult | undefined> {
  const kept = await store.read(keyOf(target));
  const read = kept && probeResult.safeParse(jsonIn(kept.body)).data;
  if (!read) return undefined;
  // One from the future is a clock that was set back: nobody knows how old it is.
  if (Math.abs(now.getTime() - Date.parse(read.at)) > FRESH_MS) return undefined;
  return places(laddersOf(read)) === places(requests) ? read : undefined;
}
