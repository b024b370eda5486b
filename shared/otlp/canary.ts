import type { Signal } from '#shared/domain/probe-result.ts';
import type { ExportRequest } from './messages.ts';

/** Marks everything that a probe sends, so that one filter can drop it downstream. */
export const CANARY_SERVICE = 'otlp-medic-canary';
export const RUN_ATTRIBUTE = 'otlp_medic.run_id';
export const CANARY_METRIC = 'otlp_medic_canary';

/** One run of the ladder: what its items are found by. */
export interface Canary {
  /** 32 hex digits; the first 8 are epoch seconds, as X-Ray asks of a trace id */
  traceId: string;
  spanId: string;
  runId: string;
  /** of the metric: an integer that tells the runs apart */
  value: number;
  target: string;
  /** which endpoint it is sent to: two that are probed at once must not write the same series */
  instance: string;
  at: Date;
}

/** `entropy`: at least 20 random bytes. */
export function makeCanary(
  at: Date,
  entropy: Buffer,
  { target, instance }: Pick<Canary, 'target' | 'instance'>,
): Canary {
  const seconds = Math.floor(at.getTime() / 1000)
    .toString(16)
    .padStart(8, '0');
  return {
    traceId: seconds + entropy.subarray(0, 12).toString('hex'),
    spanId: `1${entropy.subarray(12, 20).toString('hex').slice(1)}`,
    runId: entropy.subarray(12, 20).toString('hex'),
    // Small enough for the 64-bit floats of Prometheus.
    value: entropy.readUIntBE(12, 6),
    target,
    instance,
    at,
  };
}

const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });

/** One item of the signal. A span ends after its start: backends flag one that does not. */
export function canaryExport(of: Signal, canary: Canary): ExportRequest {
  const { traceId, spanId, runId, target, instance, at } = canary;
  const nanos = `${at.getTime()}000000`;
  const later = `${at.getTime() + 1}000000`;
  const attributes = [text(RUN_ATTRIBUTE, runId)];
  const resource = {
    attributes: [
      text('service.name', CANARY_SERVICE),
      text('service.instance.id', instance),
      text('otlp_medic.target', target),
    ],
  };
  const scope = { name: 'otlp-medic' };
  if (of === 'traces') {
    const span = { traceId, spanId, name: 'canary', kind: 1, startTimeUnixNano: nanos, endTimeUnixNano: later };
    return { resourceSpans: [{ resource, scopeSpans: [{ scope, spans: [{ ...span, attributes }] }] }] };
  }
  if (of === 'metrics') {
    // The value tells the runs apart; a run id as a label would make a new series each time.
    const gauge = { dataPoints: [{ timeUnixNano: nanos, asInt: String(canary.value) }] };
    const metric = { name: CANARY_METRIC, description: 'number of the last canary', gauge };
    return { resourceMetrics: [{ resource, scopeMetrics: [{ scope, metrics: [metric] }] }] };
  }
  const record = { timeUnixNano: nanos, severityNumber: 9, severityText: 'INFO', observedTimeUnixNano: nanos };
  const body = { stringValue: `otlp-medic canary ${runId}` };
  return { resourceLogs: [{ resource, scopeLogs: [{ scope, logRecords: [{ ...record, body, attributes }] }] }] };
}
