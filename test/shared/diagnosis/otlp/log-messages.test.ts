import { describe, expect, it } from 'vitest';
import { type CollectorSays, collectorLine } from '#test/support/collector-lines.ts';
import { codes, findingOf, judge, roots } from '#test/support/diagnosing.ts';
import { addLog, configMapOf, podsOf } from '#test/support/faults.ts';
import { ago, COLLECTOR_CONFIG, healthyNamespace } from '#test/support/namespace.ts';

const saying = (app: string, lines: string[], previous = false) => {
  const snapshot = healthyNamespace();
  const [pod] = podsOf(snapshot, app);
  return pod ? addLog(snapshot, pod, lines.join('\n'), previous) : snapshot;
};
const collector = (...lines: string[]) => saying('otel-collector', lines);
const app = (...lines: string[]) => saying('otlp-app', lines);

const FAULTS: [CollectorSays, string][] = [
  ['refused', 'collector-export-failing'],
  ['timedOut', 'collector-export-failing'],
  ['exhausted', 'collector-export-failing'],
  ['withoutRetry', 'collector-export-failing'],
  ['throttled', 'collector-export-failing'],
  ['backendOutOfMemory', 'collector-export-failing'],
  ['noSuchHost', 'collector-exporter-endpoint-dns'],
  ['noSuchHostGrpc', 'collector-exporter-endpoint-dns'],
  ['tlsToPlaintext', 'otlp-tls-mismatch'],
  ['tlsToPlaintextHttp', 'otlp-tls-mismatch'],
  ['plaintextToTls', 'otlp-tls-mismatch'],
  ['unknownAuthority', 'otlp-tls-mismatch'],
  ['grpcToHttp', 'otlp-protocol-port-mismatch'],
  ['httpToGrpc', 'otlp-protocol-port-mismatch'],
  ['unauthenticated', 'collector-export-permanent'],
  ['notFound', 'collector-export-permanent'],
  ['unimplemented', 'collector-export-permanent'],
  ['badRequest', 'collector-export-permanent'],
  ['tooLarge', 'otlp-message-too-large'],
  ['tooLargeHttp', 'otlp-message-too-large'],
  ['queueFull', 'collector-queue-full'],
  ['queueFullBehindBatch', 'collector-queue-full'],
  ['refusing', 'collector-memory-limited'],
  ['partialSuccess', 'otlp-partial-success'],
];

describe('a Collector that says what is wrong with its exports', () => {
  it.each(FAULTS)('%s: %s, in both encodings', (words, code) => {
    for (const encoding of ['console', 'json'] as const) {
      const lines = [3, 1].map((minutes) => collectorLine(words, minutes, { encoding }));
      const snapshot = collector(collectorLine('ready', 60, { encoding }), ...lines);
      expect(roots(snapshot)).toEqual([code]);
      const found = findingOf(snapshot, code);
      expect(found).toMatchObject({ severity: 'P2', confidence: 'likely', subject: { name: 'otel-collector' } });
      expect(found.evidence[0]).toMatchObject({
        path: 'log of collector',
        value: expect.stringContaining('otlp_grpc/backend'),
      });
      expect(found.remedy.commands[0]).toContain('kubectl -n otlp-system logs');
      expect(judge(snapshot)).toMatchObject({ verdict: 'degraded', layer: 'otlp' });
    }
  });

  it('has the exporter in the title, its error in the cause, and its endpoint as evidence', () => {
    const snapshot = collector(collectorLine('refused', 2), collectorLine('refused', 1));
    configMapOf(snapshot, 'otel-collector-config').data = {
      'collector.yaml': COLLECTOR_CONFIG.replace(
        'debug: {}',
        'otlp_grpc/backend: { endpoint: "https://tempo.example.com:4317" }',
      ).replace('exporters: [debug]', 'exporters: [otlp_grpc/backend]'),
    };
    const found = findingOf(snapshot, 'collector-export-failing');
    expect(found.title).toContain('otlp_grpc/backend');
    expect(found.cause).toContain('dial tcp 10.0.7.9:4317: connect: connection refused');
    expect(found.evidence[1]).toMatchObject({
      source: 'ConfigMap/otlp-system/otel-collector-config',
      value: 'https://tempo.example.com:4317',
    });
  });

  it('names what refuses for good: credentials, or a path or signal that the backend does not have', () => {
    const cause = (words: CollectorSays) =>
      findingOf(collector(collectorLine(words, 1)), 'collector-export-permanent').cause;
    expect(cause('unauthenticated')).toMatch(/credentials.*401/);
    expect(cause('notFound')).toMatch(/path.*404/);
    expect(cause('unimplemented')).toMatch(/pipeline for this signal.*unknown service/);
  });

  it.each<[string, string[]]>([
    ['one retry', [collectorLine('refused', 1)]],
    ['retries that are over', [6, 5, 4].map((minutes) => collectorLine('refused', minutes))],
    ['what it gave back when it was stopped', [2, 1].map((minutes) => collectorLine('atShutdown', minutes))],
    ['data lost an hour ago', [62, 61, 60].map((minutes) => collectorLine('exhausted', minutes))],
    ['one bad batch', [collectorLine('badRequest', 3)]],
    ['one refusal that is over', [collectorLine('refusing', 5), collectorLine('accepting', 4)]],
  ])('is well after %s', (_, lines) => {
    expect(codes(collector(...lines))).toEqual([]);
  });

  it('needs one retry where its queue is full, for the refusals push the others out of the log', () => {
    const full = [5, 4, 3, 2].map((minutes) => collectorLine('queueFull', minutes));
    expect(roots(collector(...full, collectorLine('refused', 1)))).toEqual(['collector-export-failing']);
    expect(roots(collector(...full))).toEqual(['collector-queue-full']);
  });

  it('is limited by its memory where it refuses in turns', () => {
    const turns = [9, 7, 5].flatMap((at) => [collectorLine('refusing', at), collectorLine('accepting', at - 1)]);
    expect(roots(collector(...turns))).toEqual(['collector-memory-limited']);
  });

  it('is judged by the container that runs, not by the one before it', () => {
    expect(codes(saying('otel-collector', [collectorLine('refused', 2), collectorLine('refused', 1)], true))).toEqual(
      [],
    );
  });

  it('is no application: the same words in another log are not judged', () => {
    expect(codes(app(collectorLine('partialSuccess', 2), collectorLine('partialSuccess', 1)))).toEqual([]);
  });

  it('loses data behind a slow backend: export, then queue, then memory, and the application last', () => {
    const snapshot = collector(
      ...[4, 3, 1].map((at) => collectorLine('refused', at)),
      ...[3, 2].map((at) => collectorLine('queueFull', at)),
      collectorLine('refusing', 1),
    );
    const [pod] = podsOf(snapshot, 'otlp-app');
    const line = 'WARN opentelemetry-otlp: name="Export.InProgress.Throttled" operation="Traces" attempt=1';
    if (pod) {
      addLog(
        snapshot,
        pod,
        [`${ago(2)} ${line}`, `${ago(1)} ${line}`, `${ago(1)} WARN name="BatchSpanProcessor.SpanDroppingStarted"`].join(
          '\n',
        ),
      );
    }
    expect(roots(snapshot)).toEqual(['collector-export-failing']);
    expect(codes(snapshot)).toEqual([
      'collector-export-failing',
      'collector-memory-limited',
      'collector-queue-full',
      'otlp-data-dropped-in-app',
      'otlp-export-throttled',
    ]);
  });
});

describe('an application whose SDK says what is wrong', () => {
  it.each([
    ['WARN opentelemetry_sdk: name="Export.Failed.NonRetryable" operation="Traces"', 'otlp-export-rejected'],
    ['ERROR name="HttpClient.StatusError" status_code=401', 'otlp-export-rejected'],
    [
      'traces export: rpc error: code = Unimplemented desc = unknown service opentelemetry.proto.collector.trace.v1.TraceService',
      'otlp-export-rejected',
    ],
    [
      'ERROR:opentelemetry.exporter.otlp.proto.http.trace_exporter:Failed to export batch code: 401, reason: Invalid token',
      'otlp-export-rejected',
    ],
    [
      'WARN io.opentelemetry.exporter.internal.grpc.GrpcExporter - Failed to export spans. Server responded with gRPC status code 16. Error message: no token',
      'otlp-export-rejected',
    ],
    ['{"stack":"OTLPExporterError: Not Found","name":"OTLPExporterError","code":"404"}', 'otlp-export-rejected'],
    ['INFO name="Export.InProgress.Throttled" delay_ms=1000', 'otlp-export-throttled'],
    [
      'traces export: rpc error: code = Unavailable desc = data refused due to high memory usage',
      'otlp-export-throttled',
    ],
    ['WARN name="HttpTraceClient.PartialSuccess" rejected_spans=3', 'otlp-partial-success'],
    ['Received Partial Success response: {"rejectedSpans":"3"}', 'otlp-partial-success'],
    ['WARN name="BatchSpanProcessor.SpanDroppingStarted"', 'otlp-data-dropped-in-app'],
    ['Dropped 14 spans because maxQueueSize reached', 'otlp-data-dropped-in-app'],
    ['WARN opentelemetry_sdk: name="BatchSpanProcessor.OnEnd.AfterShutdown"', 'otlp-emit-after-shutdown'],
    [
      'traces export: rpc error: code = ResourceExhausted desc = grpc: received message larger than max (5000000 vs. 4194304)',
      'otlp-message-too-large',
    ],
    [
      'traces export: Post "http://otel-collector:4317/v1/traces": malformed HTTP response',
      'otlp-protocol-port-mismatch',
    ],
    [
      'traces export: connection error: desc = "transport: authentication handshake failed: tls: first record does not look like a TLS handshake"',
      'otlp-tls-mismatch',
    ],
  ])('%s: %s', (line, code) => {
    const snapshot = app(`${ago(3)} ${line}`, `${ago(1)} ${line}`);
    expect(roots(snapshot)).toEqual([code]);
    expect(findingOf(snapshot, code)).toMatchObject({ severity: 'P2', confidence: 'likely' });
  });

  it.each([
    'WARN name="HttpTraceClient.PartialSuccess" rejected_spans=0 error_message="attribute x is deprecated"',
    'Received Partial Success response: {"rejectedSpans":"0","errorMessage":"slow down"}',
    'GET /export/404 -> 404 in 3 ms',
    'ERROR payment provider answered: x509: certificate has expired',
    'INFO upload: received message larger than max, chunking',
    'WARN 429 Too Many Requests from api.example.com',
    'INFO exported 404 rows to s3',
    'INFO Queue is full of work today',
  ])('is not meant by %s', (line) => {
    expect(codes(app(...[4, 3, 2, 1].map((at) => `${ago(at)} ${line}`)))).toEqual([]);
  });

  it('is history when exports failed and no longer do', () => {
    const line = 'ERROR opentelemetry_sdk:  name="BatchSpanProcessor.ExportError" error="Operation failed"';
    expect(codes(app(`${ago(6)} ${line}`, `${ago(5)} ${line}`, `${ago(1)} INFO queue=0`))).toEqual([]);
  });
});

describe('an application whose exporter posts to no path of a signal', () => {
  const says = (url: string) =>
    [3, 1].map((minutes) => {
      const at = ago(minutes);
      return `${at.slice(0, 10).replaceAll('-', '/')} ${at.slice(11, 19)} traces export: failed to send to ${url}: 404 Not Found (body: 404 page not found)`;
    });

  it('has the wrong path', () => {
    const snapshot = app(...says('http://otel-collector:4318/'));
    expect(roots(snapshot)).toEqual(['otlp-http-path-wrong']);
    expect(findingOf(snapshot, 'otlp-http-path-wrong').subject).toMatchObject({ kind: 'Deployment', name: 'otlp-app' });
  });

  it('is only rejected where the path is one of a signal', () => {
    expect(roots(app(...says('http://otel-collector:4318/v1/traces')))).toEqual(['otlp-export-rejected']);
  });
});
