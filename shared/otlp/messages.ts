import type { Signal } from '#shared/domain/probe-result.ts';
import { encode, type Message } from './protobuf.ts';

/*
 * The few fields of opentelemetry-proto v1 that a canary has, with their published numbers
 * (opentelemetry/proto/{common,resource,trace,metrics,logs}/v1).
 */
const ANY_VALUE: Message = { stringValue: [1, 'text'] };
const KEY_VALUE: Message = { key: [1, 'text'], value: [2, ANY_VALUE] };
const RESOURCE: Message = { attributes: [1, KEY_VALUE] };
const SCOPE: Message = { name: [1, 'text'] };
const SPAN: Message = {
  traceId: [1, 'hex'],
  spanId: [2, 'hex'],
  name: [5, 'text'],
  kind: [6, 'varint'],
  startTimeUnixNano: [7, 'fixed64'],
  endTimeUnixNano: [8, 'fixed64'],
  attributes: [9, KEY_VALUE],
};
const POINT: Message = { timeUnixNano: [3, 'fixed64'], asInt: [6, 'fixed64'], attributes: [7, KEY_VALUE] };
const METRIC: Message = { name: [1, 'text'], description: [2, 'text'], gauge: [5, { dataPoints: [1, POINT] }] };
const RECORD: Message = {
  timeUnixNano: [1, 'fixed64'],
  severityNumber: [2, 'varint'],
  severityText: [3, 'text'],
  body: [5, ANY_VALUE],
  attributes: [6, KEY_VALUE],
  observedTimeUnixNano: [11, 'fixed64'],
};
const under = (scopes: string, items: string, item: Message): Message => ({
  resource: [1, RESOURCE],
  [scopes]: [2, { scope: [1, SCOPE], [items]: [2, item] }],
});

/** What one signal is called wherever it matters. */
export interface SignalNames {
  /** appended to a base URL */
  path: string;
  /** full name of the gRPC service */
  service: string;
  /** the counters of a Collector: otelcol_receiver_accepted_<items> */
  items: 'spans' | 'metric_points' | 'log_records';
  /** the key of the request in OTLP/JSON */
  root: string;
  /** the count of a partial success in OTLP/JSON */
  rejected: string;
  request: Message;
}

const service = (group: string, name: string) => `opentelemetry.proto.collector.${group}.v1.${name}Service`;

export const SIGNALS: Readonly<Record<Signal, SignalNames>> = {
  traces: {
    path: '/v1/traces',
    service: service('trace', 'Trace'),
    items: 'spans',
    root: 'resourceSpans',
    rejected: 'rejectedSpans',
    request: { resourceSpans: [1, under('scopeSpans', 'spans', SPAN)] },
  },
  metrics: {
    path: '/v1/metrics',
    service: service('metrics', 'Metrics'),
    items: 'metric_points',
    root: 'resourceMetrics',
    rejected: 'rejectedDataPoints',
    request: { resourceMetrics: [1, under('scopeMetrics', 'metrics', METRIC)] },
  },
  logs: {
    path: '/v1/logs',
    service: service('logs', 'Logs'),
    items: 'log_records',
    root: 'resourceLogs',
    rejected: 'rejectedLogRecords',
    request: { resourceLogs: [1, under('scopeLogs', 'logRecords', RECORD)] },
  },
};

/** An export request as OTLP/JSON; without items the front door is tried and nothing is stored. */
export type ExportRequest = Record<string, unknown[]>;
export const emptyExport = (of: Signal): ExportRequest => ({ [SIGNALS[of].root]: [] });

export const asJson = (request: ExportRequest): Buffer => Buffer.from(JSON.stringify(request), 'utf8');
export const asProtobuf = (of: Signal, request: ExportRequest): Buffer => encode(SIGNALS[of].request, request);
