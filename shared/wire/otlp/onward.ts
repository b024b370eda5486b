import { performance } from 'node:perf_hooks';
import type { RungName, RungOutcome, Signal } from '#shared/domain/probe-result.ts';
import type { Canary } from '#shared/otlp/canary.ts';
import { type Found, outcomeOf } from '#shared/otlp/codes.ts';
import type { RungReport } from '#shared/otlp/ladder-result.ts';
import type { Sample } from '#shared/otlp/prometheus-text.ts';
import { type PerSignal, worst } from '#shared/otlp/together.ts';
import { NO_BACKEND } from '#shared/otlp/ungiven.ts';
import type { ProbeRequest } from '#shared/ports/prober.ts';
import type { UrlCall } from './fetch-url.ts';
import { READABLE_MS, type ReadBack, type ReadOptions, readBack } from './read-back.ts';
import type { Receipt } from './receipt.ts';
import { MOVE_MS, watchCounters } from './scrape.ts';

/** A rung, or why it could not be looked at. */
type Looked = { report: RungReport } | { why: string };

interface Seen {
  outcome: RungOutcome;
  detail: string;
}

function summed(
  name: RungName,
  seen: Partial<Record<Signal, Seen>>,
  { found, durationMs, good }: { found: PerSignal; durationMs: number; good: string },
): RungReport {
  const decisive = worst(found);
  return {
    name,
    ...(decisive && { found: decisive.found, signal: decisive.of }),
    durationMs,
    detail: good,
    signals: seen,
  };
}

/** What the Collector's own counters say became of the canary. */
export async function exportRung(
  { signals, metricsUrl = '' }: ProbeRequest,
  before: Sample[],
  { call, leftMs }: { call: UrlCall; leftMs: number },
): Promise<Looked> {
  const started = performance.now();
  const watched = await watchCounters(metricsUrl, before, { signals, call, untilMs: Math.min(MOVE_MS, leftMs) });
  if (typeof watched === 'string') return { why: watched };
  const told = Object.entries(watched) as [Signal, NonNullable<(typeof watched)[Signal]>][];
  const kept = told.find(([, { held }]) => held);
  if (kept && told.every(([, { silent, held }]) => silent || held)) return { why: kept[1].detail };
  if (told.every(([, { silent }]) => silent))
    return { why: `the counters of the Collector did not move: another replica, or other metrics (${metricsUrl})` };
  const seen = Object.fromEntries(
    told.map(([of, one]): [Signal, Seen] => {
      if (one.silent || one.held) return [of, { outcome: 'not-checked', detail: one.detail }];
      if (!one.found) return [of, { outcome: 'pass', detail: one.detail }];
      const outcome = outcomeOf(one.found);
      return [of, { outcome: outcome === 'unknown' ? 'not-checked' : outcome, detail: one.found.detail }];
    }),
  );
  const found: PerSignal = Object.fromEntries(told.map(([of, one]) => [of, one.found ?? null]));
  const durationMs = performance.now() - started;
  return { report: summed('export', seen, { found, durationMs, good: 'accepted and sent on by the Collector' }) };
}

/** What is wrong with one signal, looked for in one place or several: the worst counts. */
function wrongWith(of: Signal, read: readonly ReadBack[]): Found | null {
  const bad = read.flatMap(({ signal, found }) => (signal === of && found ? [found] : []));
  return bad.find((one) => outcomeOf(one) === 'fail') ?? bad[0] ?? null;
}

/** What could not be asked says nothing beside what could. */
function seenOf(of: Signal, read: readonly ReadBack[]): Seen {
  const bad = wrongWith(of, read);
  if (bad) return { outcome: outcomeOf(bad) === 'degraded' ? 'degraded' : 'fail', detail: bad.detail };
  const about = read.filter(({ signal }) => signal === of);
  const good = about.filter(({ unread }) => unread === undefined);
  if (good.length > 0) return { outcome: 'pass', detail: good.map(({ detail }) => detail).join(', ') };
  return { outcome: 'not-checked', detail: about[0]?.unread ?? 'no backend is configured' };
}

/** Whether the backends have the canary, and the Collector's own pipeline returns it; signals without one are not checked. */
export async function storeRung(
  { signals, queries }: ProbeRequest,
  canary: Canary,
  { leftMs, receipts, ...how }: Omit<ReadOptions, 'untilMs'> & { leftMs: number; receipts: readonly Receipt[] },
): Promise<Looked> {
  const started = performance.now();
  const untilMs = Math.min(READABLE_MS, leftMs);
  const [read, returned] = await Promise.all([
    Promise.all(queries.map((query) => readBack(query, canary, { ...how, signals, untilMs }))),
    Promise.all(receipts.map((one) => one.returned(signals, { untilMs, signal: how.call.signal }))),
  ]);
  const asked = [...read.filter(({ signal }) => signals.includes(signal)), ...returned.flat()];
  if (asked.length === 0) return { why: 'no backend of these signals is configured' };
  if (asked.every(({ unread }) => unread !== undefined))
    return { why: `${read.length > 0 ? 'the backend could not be asked: ' : ''}${asked[0]?.unread}` };
  const seen = Object.fromEntries(signals.map((of) => [of, seenOf(of, asked)]));
  const found: PerSignal = Object.fromEntries(signals.map((of) => [of, wrongWith(of, asked)]));
  const durationMs = performance.now() - started;
  const told = asked.flatMap(({ detail }) => detail || []);
  const good = read.length > 0 ? told.join(', ') : `${told.at(-1)}; ${NO_BACKEND}`;
  return { report: summed('store', seen, { found, durationMs, good }) };
}
