import type { Signal } from '#shared/domain/probe-result.ts';
import { CANARY_METRIC, type Canary } from './canary.ts';

/** What the debug exporter begins a batch with, and a span, in every verbosity that shows items. */
const NEXT = /Resource(?:Spans|Metrics|Log)|Span #\d/;

/**
 * Whether the log of a Collector shows the canary's item of a signal, as its debug exporter writes it: verbosity normal
 * or detailed, as text or in JSON. `altered`: a span without the mark of its run.
 */
export function loggedIn(of: Signal, log: string, canary: Canary): 'returned' | 'altered' | 'absent' {
  const { traceId, runId, value } = canary;
  if (of === 'logs') return log.includes(`otlp-medic canary ${runId}`) ? 'returned' : 'absent';
  if (of === 'metrics')
    return log.includes(CANARY_METRIC) && new RegExp(`(?<!\\d)${value}(?!\\d)`).test(log) ? 'returned' : 'absent';
  const at = log.indexOf(traceId);
  if (at < 0) return 'absent';
  const rest = log.slice(at, at + 4000);
  return rest.slice(0, NEXT.exec(rest)?.index).includes(runId) ? 'returned' : 'altered';
}

const COUNTS = /"(?:otelcol\.component\.)?kind"\s*:\s*"exporter"[^\n]*"(?:spans|data points|log records)"\s*:\s*\d/;
const ITEMS = /Resource(?:Spans|Metrics|Log) #\d/;

/** A debug exporter of verbosity basic, the default, tells how many items came and nothing about them. */
export const countsAlone = (log: string): boolean => COUNTS.test(log) && !ITEMS.test(log);
