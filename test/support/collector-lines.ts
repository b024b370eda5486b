import { ago } from './namespace.ts';

/** What Collector 0.161 printed on a loopback with faulty backends: message, caller, level and error of each line. */
export const COLLECTOR_SAYS = {
  refused: [
    'info',
    'internal/retry_sender.go:136',
    'Exporting failed. Will retry the request after interval.',
    'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 10.0.7.9:4317: connect: connection refused"',
  ],
  timedOut: [
    'info',
    'internal/retry_sender.go:136',
    'Exporting failed. Will retry the request after interval.',
    'failed to make an HTTP request: Post "http://tempo:4318/v1/traces": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
  ],
  exhausted: [
    'error',
    'internal/queue_sender.go:62',
    'Exporting failed. Dropping data.',
    'no more retries left: rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 10.0.7.9:4317: connect: connection refused"',
  ],
  withoutRetry: [
    'error',
    'internal/queue_sender.go:62',
    'Exporting failed. Dropping data. Try enabling retry_on_failure config option to retry on retryable errors.',
    'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 10.0.7.9:4317: connect: connection refused"',
  ],
  throttled: [
    'info',
    'internal/retry_sender.go:136',
    'Exporting failed. Will retry the request after interval.',
    'Throttle (1s), error: rpc error: code = ResourceExhausted desc = error exporting items, request to http://tempo:4318/v1/traces responded with HTTP Status Code 429',
  ],
  backendOutOfMemory: [
    'info',
    'internal/retry_sender.go:136',
    'Exporting failed. Will retry the request after interval.',
    'rpc error: code = Unavailable desc = data refused due to high memory usage',
  ],
  noSuchHost: [
    'info',
    'internal/retry_sender.go:136',
    'Exporting failed. Will retry the request after interval.',
    'failed to make an HTTP request: Post "http://otel-gateway.monitoring.svc.cluster.local:4318/v1/traces": dial tcp: lookup otel-gateway.monitoring.svc.cluster.local on 10.96.0.10:53: no such host',
  ],
  noSuchHostGrpc: [
    'info',
    'internal/retry_sender.go:136',
    'Exporting failed. Will retry the request after interval.',
    'rpc error: code = Unavailable desc = no children to pick from',
  ],
  tlsToPlaintext: [
    'info',
    'internal/retry_sender.go:136',
    'Exporting failed. Will retry the request after interval.',
    'rpc error: code = Unavailable desc = connection error: desc = "transport: authentication handshake failed: tls: first record does not look like a TLS handshake"',
  ],
  tlsToPlaintextHttp: [
    'info',
    'internal/retry_sender.go:136',
    'Exporting failed. Will retry the request after interval.',
    'failed to make an HTTP request: Post "https://tempo:4318/v1/traces": http: server gave HTTP response to HTTPS client',
  ],
  plaintextToTls: [
    'info',
    'internal/retry_sender.go:136',
    'Exporting failed. Will retry the request after interval.',
    'rpc error: code = Unavailable desc = connection error: desc = "error reading server preface: EOF"',
  ],
  unknownAuthority: [
    'info',
    'internal/retry_sender.go:136',
    'Exporting failed. Will retry the request after interval.',
    'failed to make an HTTP request: Post "https://tempo:4318/v1/traces": tls: failed to verify certificate: x509: certificate signed by unknown authority',
  ],
  grpcToHttp: [
    'info',
    'internal/retry_sender.go:136',
    'Exporting failed. Will retry the request after interval.',
    'rpc error: code = Unavailable desc = connection error: desc = "error reading server preface: http2: failed reading the frame payload: http2: frame too large, note that the frame header looked like an HTTP/1.1 header"',
  ],
  httpToGrpc: [
    'info',
    'internal/retry_sender.go:136',
    'Exporting failed. Will retry the request after interval.',
    'failed to make an HTTP request: Post "http://tempo:4317/v1/traces": net/http: HTTP/1.x transport connection broken: malformed HTTP response "\\x00\\x00\\x06\\x04"',
  ],
  unauthenticated: [
    'error',
    'internal/queue_sender.go:62',
    'Exporting failed. Dropping data.',
    'not retryable error: Permanent error: rpc error: code = Unauthenticated desc = error exporting items, request to https://otlp.example.com/v1/traces responded with HTTP Status Code 401',
  ],
  notFound: [
    'error',
    'internal/queue_sender.go:62',
    'Exporting failed. Dropping data.',
    'not retryable error: Permanent error: rpc error: code = Unimplemented desc = error exporting items, request to http://tempo:4318/otlp/v1/traces responded with HTTP Status Code 404',
  ],
  unimplemented: [
    'error',
    'internal/queue_sender.go:62',
    'Exporting failed. Dropping data.',
    'not retryable error: Permanent error: rpc error: code = Unimplemented desc = unknown service opentelemetry.proto.collector.trace.v1.TraceService',
  ],
  badRequest: [
    'error',
    'internal/queue_sender.go:62',
    'Exporting failed. Dropping data.',
    'not retryable error: Permanent error: rpc error: code = InvalidArgument desc = error exporting items, request to http://tempo:4318/v1/traces responded with HTTP Status Code 400',
  ],
  tooLarge: [
    'error',
    'internal/queue_sender.go:62',
    'Exporting failed. Dropping data.',
    'not retryable error: Permanent error: rpc error: code = ResourceExhausted desc = grpc: received message larger than max (1120012 vs. 1048576)',
  ],
  tooLargeHttp: [
    'error',
    'internal/queue_sender.go:62',
    'Exporting failed. Dropping data.',
    'not retryable error: Permanent error: rpc error: code = InvalidArgument desc = error exporting items, request to http://tempo:4318/v1/traces responded with HTTP Status Code 400, Message=http: request body too large, Details=[]',
  ],
  queueFull: ['error', 'internal/base_exporter.go:119', 'Exporting failed. Rejecting data.', 'sending queue is full'],
  queueFullBehindBatch: [
    'warn',
    'batchprocessor@v0.161.0/batch_processor.go:272',
    'Sender failed',
    'sending queue is full',
  ],
  atShutdown: [
    'error',
    'internal/queue_sender.go:62',
    'Exporting failed. Dropping data.',
    'interrupted due to shutdown: rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 10.0.7.9:4317: connect: connection refused"',
  ],
  refusing: [
    'warn',
    'memorylimiter@v0.161.0/memorylimiter.go:301',
    'Memory usage is above soft limit. Refusing data.',
    '',
  ],
  accepting: [
    'info',
    'memorylimiter@v0.161.0/memorylimiter.go:270',
    'Memory usage back within limits. Resuming normal operation.',
    '',
  ],
  partialSuccess: ['warn', 'otlphttpexporter@v0.161.0/otlp.go:369', 'Partial success response', ''],
  ready: ['info', 'service@v0.161.0/service.go:242', 'Everything is ready. Begin running and processing data.', ''],
} as const;
export type CollectorSays = keyof typeof COLLECTOR_SAYS;

const RESOURCE = {
  'service.instance.id': 'bebbc94a-2cc6-4155',
  'service.name': 'otelcol',
  'service.version': '0.161.0',
};

/** One line so many minutes before the snapshot, in one of the two encodings of the Collector. */
export function collectorLine(
  name: CollectorSays,
  minutes: number,
  { encoding = 'console', exporter = 'otlp_grpc/backend' }: { encoding?: 'console' | 'json'; exporter?: string } = {},
): string {
  const [level, caller, msg, error] = COLLECTOR_SAYS[name];
  const ts = ago(minutes).replace('Z', '.506Z');
  const fields = {
    resource: RESOURCE,
    'otelcol.component.id': exporter,
    'otelcol.component.kind': 'exporter',
    'otelcol.signal': 'traces',
    ...(error ? { error } : {}),
  };
  if (encoding === 'json') return JSON.stringify({ level, ts, caller, msg, ...fields });
  const spaced = JSON.stringify(fields, null, 1).replace(/\n\s*/g, ' ').replaceAll('{ ', '{').replaceAll(' }', '}');
  return [ts, level, caller, msg, spaced].join('\t');
}
