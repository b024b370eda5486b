import type { Signal } from '#shared/domain/probe-result.ts';
import { words } from '#shared/otlp/answer.ts';
import { isCollectorLine } from '#shared/otlp/collector-counters.ts';
import { type Exported, exportFound } from '#shared/otlp/export-found.ts';
import { ExpositionError, parseExposition, type Sample } from '#shared/otlp/prometheus-text.ts';
import { fetchUrl, type UrlCall } from './fetch-url.ts';
import { lookUntil } from './look-until.ts';

/** A Collector has some hundred kilobytes; more than this is no metrics page. */
const MOST_BYTES = 10 * 1024 * 1024;
/** How long the counters get to move: batch and queue flush every 200 ms, and the answer of the backend comes on top. */
export const MOVE_MS = 6000;
const MOST_PAUSE_MS = 200;

/** The Collector's own counters, or why they could not be read. */
export async function scrape(url: string, call: UrlCall): Promise<Sample[] | string> {
  const answer = await fetchUrl(url, { ...call, accept: 'text/plain;version=0.0.4', mostBytes: MOST_BYTES });
  if ('fault' in answer) return `the metrics could not be read: ${answer.fault.message}`;
  const { status, body } = answer.value;
  if (status !== 200) return `the metrics could not be read: ${status} "${words(body)}"`;
  try {
    return parseExposition(body.toString('utf8'), isCollectorLine);
  } catch (error) {
    if (error instanceof ExpositionError) return `the metrics could not be read: ${error.message}`;
    throw error;
  }
}

/** Scrapes until each signal is settled or the time is over. */
export async function watchCounters(
  url: string,
  before: Sample[],
  { signals, call, untilMs }: { signals: readonly Signal[]; call: UrlCall; untilMs: number },
): Promise<Partial<Record<Signal, Exported>> | string> {
  const seen = await lookUntil(
    async () => {
      const after = await scrape(url, call);
      return typeof after === 'string' ? after : signals.map((of) => [of, exportFound(of, before, after)] as const);
    },
    (each) => typeof each === 'string' || each.every(([, { settled }]) => settled),
    { untilMs, mostPauseMs: MOST_PAUSE_MS, signal: call.signal },
  );
  return typeof seen === 'string' ? seen : Object.fromEntries(seen);
}
