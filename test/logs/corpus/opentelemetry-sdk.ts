import type { Message } from './message.ts';
import type { Values } from './values.ts';

const signal = (v: Values): string => v.pick(['Traces', 'Logs', 'Metrics']);
const refused = (v: Values): string => `tcp connect error: Connection refused (os error 111) ${v.ip()}:4317`;

/** What opentelemetry-rust says of itself: the name of the event is what it is. */
export const sdk: readonly Message[] = [
  {
    level: 'debug',
    weight: 10,
    origin: 'opentelemetry_sdk',
    text: () => '',
    fields: () => ({ name: 'BatchSpanProcessor.ExportingDueToTimer' }),
  },
  {
    level: 'debug',
    weight: 10,
    origin: 'opentelemetry-otlp',
    text: () => '',
    fields: () => ({ name: 'HttpClient.ExportStarted' }),
  },
  {
    level: 'debug',
    weight: 6,
    origin: 'opentelemetry-otlp',
    text: () => 'OTLP export failed with retryable error - retrying',
    fields: (v) => ({
      name: 'Export.InProgress.Retrying',
      operation: `Http${signal(v)}Client.Export`,
      attempt: 1 + v.count(3),
      delay_ms: v.wait(),
    }),
  },
  {
    level: 'warn',
    weight: 6,
    origin: 'opentelemetry-otlp',
    text: () => 'OTLP export exhausted retries - telemetry data will be lost',
    fields: (v) => ({ name: 'Export.Failed.Exhausted', operation: `Http${signal(v)}Client.Export`, retries: 3 }),
  },
  {
    level: 'warn',
    weight: 3,
    origin: 'opentelemetry_sdk',
    text: () =>
      'Spans were dropped due to a queue being full. Consider increasing the queue size and/or decrease delay between intervals.',
    fields: (v) => ({
      name: 'BatchSpanProcessor.SpansDropped',
      dropped_span_count: v.count(900),
      max_queue_size: 2048,
    }),
  },
  {
    level: 'error',
    weight: 8,
    origin: 'opentelemetry_sdk',
    text: () => '',
    fields: () => ({
      name: 'BatchSpanProcessor.ExportError',
      error: 'Operation failed: HTTP export failed: network error',
    }),
  },
  {
    level: 'error',
    weight: 4,
    origin: 'opentelemetry_sdk',
    text: () => '',
    fields: (v) => ({
      name: 'PeriodicReader.ExportError',
      error: `Operation failed: TonicMetricsClient export failed with gRPC code: Unavailable: transport error: ${refused(v)}`,
    }),
  },
];
