import { setTimeout as sleep } from 'node:timers/promises';
import type { Signal } from '#shared/domain/probe-result.ts';
import { words } from '#shared/otlp/answer.ts';
import type { Canary } from '#shared/otlp/canary.ts';
import type { Found } from '#shared/otlp/codes.ts';
import { QUERIES, type QueryKind, storedIn } from '#shared/otlp/stored.ts';
import type { ProbeRequest } from '#shared/ports/prober.ts';
import { fetchUrl, type UrlCall } from './fetch-url.ts';

/** How long a backend gets to make what it took readable. */
export const READABLE_MS = 10_000;
const POLL_MS = 300;

export interface ReadBack {
  signal: Signal;
  found?: Found;
  /** why it could not be asked */
  unread?: string;
  detail: string;
}

const join = (base: string, path: string) => `${base.replace(/\/$/, '')}${path}`;

/** A URL alone does not say what answers there: Prometheus knows its own build, nothing else has that path. */
async function kindOf({ kind, url }: ProbeRequest['queries'][number], call: UrlCall): Promise<QueryKind> {
  if (kind !== 'unknown') return kind;
  const answer = await fetchUrl(join(url, '/api/v1/status/buildinfo'), call);
  const isPrometheus =
    'value' in answer && answer.value.status === 200 && /"status":"success"/.test(words(answer.value.body));
  return isPrometheus ? 'prometheus' : 'jaeger';
}

/** Asks one backend for the canary until it is there or the time is over. */
export async function readBack(
  query: ProbeRequest['queries'][number],
  canary: Canary,
  { call, untilMs }: { call: UrlCall; untilMs: number },
): Promise<ReadBack> {
  const started = Date.now();
  const kind = await kindOf(query, call);
  const { signal, path } = QUERIES[kind];
  for (;;) {
    const answer = await fetchUrl(join(query.url, path(canary)), { ...call, mostBytes: 1024 * 1024 });
    if ('fault' in answer) return { signal, unread: `${kind}: ${answer.fault.message}`, detail: '' };
    const { status, body } = answer.value;
    const seen = storedIn(kind, answer.value, canary);
    const tookMs = Date.now() - started;
    if (seen === 'found') return { signal, detail: `${kind} has it after ${tookMs} ms` };
    if (seen === 'altered')
      return {
        signal,
        found: { code: 'stored-altered', detail: `${kind} has trace ${canary.traceId} without its attributes` },
        detail: '',
      };
    const over = tookMs + POLL_MS > untilMs || call.signal.aborted;
    if (over && seen === 'unreadable')
      return { signal, unread: `${kind} answers ${status} "${words(body)}"`, detail: '' };
    if (over)
      return {
        signal,
        found: {
          code: 'not-stored',
          detail: `${kind} has no trace of it after ${Math.round(tookMs / 1000)} s: ${status} "${words(body)}"`,
        },
        detail: '',
      };
    await sleep(POLL_MS);
  }
}
