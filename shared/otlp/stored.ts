import * as z from 'zod';
import type { Signal } from '#shared/domain/probe-result.ts';
import { CANARY_METRIC, CANARY_SERVICE, type Canary } from './canary.ts';

export type QueryKind = 'jaeger' | 'prometheus' | 'tempo' | 'loki';

/** Which signal a backend answers for, and how it is asked about one canary; documented shapes, Jaeger's and Prometheus' seen. */
export const QUERIES: Readonly<Record<QueryKind, { signal: Signal; path(canary: Canary): string }>> = {
  jaeger: { signal: 'traces', path: ({ traceId }) => `/api/traces/${traceId}` },
  tempo: { signal: 'traces', path: ({ traceId }) => `/api/traces/${traceId}` },
  prometheus: { signal: 'metrics', path: () => `/api/v1/query?query=${encodeURIComponent(CANARY_METRIC)}` },
  loki: {
    signal: 'logs',
    path: ({ runId, at }) =>
      `/loki/api/v1/query_range?query=${encodeURIComponent(`{service_name="${CANARY_SERVICE}"} |= "${runId}"`)}&start=${at.getTime() - 60_000}000000`,
  },
};

const prometheus = z.looseObject({
  data: z.looseObject({ result: z.array(z.looseObject({ value: z.tuple([z.number(), z.string()]) })) }),
});
const loki = z.looseObject({ data: z.looseObject({ result: z.array(z.unknown()) }) });

/**
 * Whether an answer holds the canary. `altered`: it is there without its mark. `unreadable`: the read failed, which
 * says nothing about the data.
 */
export function storedIn(
  kind: QueryKind,
  { status, body }: { status: number; body: Buffer },
  canary: Canary,
): 'found' | 'absent' | 'altered' | 'unreadable' {
  if (status === 404 && (kind === 'jaeger' || kind === 'tempo')) return 'absent';
  if (status !== 200) return 'unreadable';
  const text = body.toString('utf8');
  try {
    const json: unknown = JSON.parse(text);
    if (kind === 'loki') return loki.parse(json).data.result.length > 0 ? 'found' : 'absent';
    if (kind === 'prometheus') {
      // A value of an earlier run stays visible for five minutes: only this run's own counts.
      const run = Math.floor(canary.at.getTime() / 1000);
      return prometheus.parse(json).data.result.some(({ value }) => Number(value[1]) >= run) ? 'found' : 'absent';
    }
  } catch {
    return 'unreadable';
  }
  if (kind === 'jaeger' && !text.includes(canary.traceId.replace(/^0+/, ''))) return 'absent';
  return text.includes(canary.runId) && text.includes(CANARY_SERVICE) ? 'found' : 'altered';
}
