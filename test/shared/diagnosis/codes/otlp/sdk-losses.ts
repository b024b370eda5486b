import { crashLoop, podsOf } from '#test/support/faults.ts';
import { healthyNamespace } from '#test/support/namespace.ts';
import type { Cases } from '../case.ts';
import { at, other, RUST_REJECTED, says, sdk, unreadLogs } from './saying.ts';

const RUST_DROPS =
  'WARN opentelemetry_sdk:  name="BatchSpanProcessor.SpanDroppingStarted" message="BatchSpanProcessor dropped a Span due to queue full/internal errors. No further internal log will be emitted for further drops until Shutdown. During Shutdown time, a log will be emitted with exact count of total spans dropped."';

/** What the library in the application says that it loses. */
export const sdkLosses = {
  'otlp-partial-success': {
    positive: [
      sdk(
        'Rust, gRPC',
        'WARN opentelemetry_otlp:  name="TonicTracesClient.PartialSuccess" rejected_spans=12 error_message="span is too old"',
      ),
      sdk(
        'Rust, HTTP',
        'WARN opentelemetry_otlp:  name="HttpLogsClient.PartialSuccess" rejected_log_records=3 error_message="attribute limit"',
      ),
      sdk('Go', 'OTLP partial success: span is too old (12 spans rejected)'),
      sdk('JavaScript', 'Received Partial Success response: {"rejectedSpans":"12","errorMessage":"span is too old"}'),
    ],
    nearMiss: [
      other(
        'a warning of the receiver, and nothing is rejected',
        'OTLP partial success: deprecated attribute http.method (0 spans rejected)',
        [],
      ),
      other(
        'the same in Rust',
        'WARN opentelemetry_otlp:  name="HttpMetricsClient.PartialSuccess" rejected_data_points=0 error_message="deprecated attribute"',
        [],
      ),
      other('a partial success of something else', 'INFO upload: partial success: 3 of 4 files', []),
    ],
    notApplicable: [unreadLogs],
  },
  'otlp-data-dropped-in-app': {
    positive: [
      sdk('Rust, spans', RUST_DROPS),
      sdk(
        'Rust, logs',
        'WARN opentelemetry_sdk:  name="BatchLogProcessor.LogDroppingStarted" message="BatchLogProcessor dropped a LogRecord due to queue full."',
      ),
      sdk(
        'Rust, at its end',
        'WARN opentelemetry_sdk:  name="BatchSpanProcessor.SpansDropped" dropped_span_count=1931 max_queue_size=2048 message="Spans were dropped due to a queue being full or other error. The count represents the total count of spans dropped in the lifetime of this BatchSpanProcessor."',
      ),
      sdk(
        'Rust, at its end: logs',
        'WARN opentelemetry_sdk:  name="BatchLogProcessor.LogsDropped" dropped_logs_count=77 max_queue_size=2048 message="Logs were dropped due to a queue being full or other error."',
      ),
      sdk(
        'Rust, before 0.28',
        'OpenTelemetry trace error occurred. cannot send message to batch processor as the channel is full',
      ),
      sdk('JavaScript', 'Dropped 512 spans because maxQueueSize reached'),
      sdk(
        'C++',
        '[Warning] File: sdk/src/trace/batch_span_processor.cc:67 BatchSpanProcessor queue is full - dropping span.',
      ),
      sdk('Go, logs', '"level"=1 "msg"="dropped log records" "dropped"=412'),
      sdk('Python', 'WARNING opentelemetry.sdk._shared_internal: Queue full, dropping Span.'),
      sdk(
        'Python, before 1.34',
        'WARNING opentelemetry.sdk.trace.export: Queue is full, likely spans/metrics will be dropped.',
      ),
      {
        when: 'because its exports fail',
        at,
        as: 'symptom of otlp-export-rejected',
        severity: 'P2',
        build: () => says([RUST_REJECTED, RUST_DROPS]),
      },
    ],
    nearMiss: [
      other('a queue of its own is full', 'WARN worker: queue is full, order 7 is dropped', []),
      other('a channel of its own is full', 'WARN worker: cannot send message to the printer: the channel is full', []),
      {
        why: 'it says at its start how large the queue is',
        roots: [],
        build: () => says('INFO telemetry: BatchSpanProcessor queue size 2048, spans beyond are dropped', 1),
      },
    ],
    notApplicable: [unreadLogs],
  },
  'otlp-emit-after-shutdown': {
    positive: [
      sdk(
        'Rust: spans',
        'WARN opentelemetry_sdk:  name="BatchSpanProcessor.OnEnd.AfterShutdown" message="Spans are being emitted even after Shutdown. This indicates incorrect lifecycle management of TracerProvider in application. Spans will not be exported."',
      ),
      sdk(
        'Rust: logs',
        'WARN opentelemetry_sdk:  name="BatchLogProcessor.Emit.AfterShutdown" message="Logs are being emitted even after Shutdown. This indicates incorrect lifecycle management of OTelLoggerProvider in application. Logs will not be exported."',
      ),
      sdk(
        'Rust: it had no time',
        'ERROR opentelemetry_sdk:  name="BatchSpanProcessor.Shutdown.Timeout" message="BatchSpanProcessor shutdown timing out."',
      ),
    ],
    nearMiss: [
      other('it was stopped, once', 'INFO telemetry: TracerProvider shut down', []),
      {
        why: 'it ends for another reason, and flushes',
        roots: ['container-exit-error'],
        build: () => {
          const snapshot = healthyNamespace();
          return crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), {
            log: 'INFO telemetry: shutdown\nError: no such flag --port',
          });
        },
      },
    ],
    notApplicable: [unreadLogs],
  },
  'otlp-message-too-large': {
    positive: [
      sdk(
        'Rust',
        'ERROR opentelemetry_sdk:  name="BatchSpanProcessor.Flush.ExportError" reason="ExportFailed(Status { code: ResourceExhausted, message: \\"grpc: received message larger than max (9074759 vs. 4194304)\\" })" Failed during the export process',
      ),
      sdk(
        'Go',
        'traces export: rpc error: code = ResourceExhausted desc = grpc: received message larger than max (9074759 vs. 4194304)',
      ),
      sdk(
        'Rust, and the receiver is one too',
        'ERROR opentelemetry_sdk:  name="BatchSpanProcessor.ExportError" error="Operation failed: export error: Status { code: OutOfRange, message: \\"Error, decoded message length too large: found 9074759 bytes, the limit is: 4194304 bytes\\" }"',
      ),
      sdk(
        'Go, HTTP',
        'traces export: failed to send to http://otel-collector:4318/v1/traces: 413 Request Entity Too Large',
      ),
      sdk(
        'Java',
        '[otel.javaagent 2026-11-20 09:58:01:123 +0000] [OkHttp http://otel-collector:4317/...] WARN io.opentelemetry.exporter.internal.grpc.GrpcExporter - Failed to export spans. Server responded with gRPC status code 8. Error message: grpc: received message larger than max (9074759 vs. 4194304)',
      ),
    ],
    nearMiss: [
      other('a caller sends too much', 'WARN http: request body too large from 10.0.3.4', []),
      {
        why: 'the receiver is short of memory, not of room for one message',
        roots: ['otlp-export-throttled'],
        build: () => says('traces export: rpc error: code = ResourceExhausted desc = too many requests'),
      },
    ],
    notApplicable: [unreadLogs],
  },
} satisfies Cases;
