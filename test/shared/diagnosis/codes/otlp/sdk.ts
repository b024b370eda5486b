import type { Cases } from '../case.ts';
import { other, RUST_REJECTED, says, sdk, unreadLogs } from './saying.ts';

/*
 * What the SDKs of OpenTelemetry log themselves. The lines of Rust are those of opentelemetry_sdk 0.27 to 0.31 through
 * tracing-subscriber, those of Go, Python, Java, JavaScript, Ruby, PHP and C++ stand in the sources of their exporters.
 */

const GO_REFUSED =
  'traces export: exporter export timeout: rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 10.100.0.10:4317: connect: connection refused"';
/** What the library in the application says of its exports. */
export const sdks = {
  'otlp-export-failing': {
    positive: [
      sdk('Go, gRPC', GO_REFUSED),
      sdk(
        'Go, metrics',
        'failed to upload metrics: exporter export timeout: rpc error: code = Unavailable desc = name resolver error: produced zero addresses',
      ),
      sdk(
        'Go, HTTP',
        'traces export: Post "http://otel-collector:4318/v1/traces": dial tcp 10.100.0.10:4318: i/o timeout',
      ),
      sdk(
        'Rust 0.31, HTTP',
        'ERROR opentelemetry_sdk:  name="BatchSpanProcessor.ExportError" error="Operation failed: HTTP export failed: network error"',
      ),
      sdk(
        'Rust 0.28, gRPC',
        'ERROR opentelemetry_sdk:  name="BatchSpanProcessor.Flush.ExportError" reason="ExportFailed(Status { code: Unavailable, message: \\", detailed error message: tcp connect error\\" })" Failed during the export process',
      ),
      sdk('Rust, on a runtime', 'ERROR opentelemetry_sdk:  name="BatchLogProcessor.Export.Error" error="Timeout(30s)"'),
      sdk(
        'Rust, metrics',
        'ERROR opentelemetry_sdk:  name="PeriodicReader.ExportFailed" message="Failed to export metrics" reason="InternalFailure(\\"Metrics exporter otlp failed with the grpc server returns error (The service is currently unavailable): , detailed error message: tcp connect error\\")"',
      ),
      sdk(
        'Rust, after its retries',
        'WARN opentelemetry_otlp:  name="Export.Failed.Exhausted" operation="TonicTracesClient.Export" retries=3 OTLP export exhausted retries - telemetry data will be lost',
      ),
      sdk(
        'Rust, after its time',
        'WARN opentelemetry_otlp:  name="Export.Failed.DeadlineExceeded" operation="TonicLogsClient.Export" retries=2 OTLP export exceeded deadline - telemetry data will be lost',
      ),
      sdk(
        'Rust, at debug',
        'DEBUG opentelemetry_otlp:  name="HttpClient.NetworkError" url="http://otel-collector:4318/v1/traces" error="connection refused"',
      ),
      sdk(
        'Python, gRPC',
        'ERROR opentelemetry.exporter.otlp.proto.grpc.exporter: Failed to export traces to otel-collector:4317, error code: StatusCode.UNAVAILABLE',
      ),
      sdk(
        'Python, gRPC, as it tries again',
        'WARNING opentelemetry.exporter.otlp.proto.grpc.exporter: Transient error StatusCode.UNAVAILABLE encountered while exporting metrics to otel-collector:4317, retrying in 2s.',
      ),
      sdk(
        'Python, HTTP',
        "WARNING opentelemetry.exporter.otlp.proto.http.trace_exporter: Transient error HTTPConnectionPool(host='otel-collector', port=4318): Max retries exceeded with url: /v1/traces (Caused by NewConnectionError(\"HTTPConnection(host='otel-collector', port=4318): Failed to establish a new connection: [Errno 111] Connection refused\")) encountered while exporting span batch, retrying in 1.05s.",
      ),
      sdk(
        'Python, HTTP, before 1.34',
        'ERROR opentelemetry.sdk.trace.export: Exception while exporting Span batch.\nTraceback (most recent call last):\n  File "/usr/lib/python3.12/site-packages/requests/adapters.py", line 700, in send\n    raise ConnectionError(e, request=request)\nrequests.exceptions.ConnectionError: HTTPConnectionPool(host=\'otel-collector\', port=4318): Max retries exceeded with url: /v1/traces',
      ),
      sdk(
        'Java',
        '[otel.javaagent 2026-11-20 09:58:01:123 +0000] [OkHttp http://otel-collector:4317/...] ERROR io.opentelemetry.exporter.internal.grpc.GrpcExporter - Failed to export spans. The request could not be executed. Full error message: Failed to connect to otel-collector/10.100.0.10:4317',
      ),
      sdk(
        'JavaScript, gRPC',
        '{"stack":"Error: 14 UNAVAILABLE: No connection established. Last error: connect ECONNREFUSED 10.100.0.10:4317\\n    at callErrorFromStatus (/app/node_modules/@grpc/grpc-js/build/src/call.js:32:19)\\n    at Object.onReceiveStatus (/app/node_modules/@grpc/grpc-js/build/src/client.js:193:76)","message":"14 UNAVAILABLE: No connection established. Last error: connect ECONNREFUSED 10.100.0.10:4317","code":"14","details":"No connection established.","name":"Error"}',
      ),
      sdk(
        'JavaScript, HTTP',
        '{"stack":"Error: connect ECONNREFUSED 10.100.0.10:4318\\n    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1611:16)","message":"connect ECONNREFUSED 10.100.0.10:4318","errno":"-111","code":"ECONNREFUSED","syscall":"connect","address":"10.100.0.10","port":"4318","name":"Error"}',
      ),
      sdk('Ruby', 'ERROR -- : OpenTelemetry error: Unable to export 12 spans'),
      sdk(
        'C++',
        '[Error] File: otlp_grpc_exporter.cc:103 [OTLP TRACE GRPC Exporter] Export() failed: failed to connect to all addresses',
      ),
    ],
    nearMiss: [
      other('a batch was lost, once', GO_REFUSED, [], 1),
      {
        why: 'it is over for some minutes',
        roots: [],
        build: () => says(GO_REFUSED, 4, { last: 6 }),
      },
      other(
        'it is a report that cannot be exported',
        'ERROR report: Failed to export orders.csv: no such customer',
        [],
      ),
      {
        why: 'it is refused, not unheard',
        roots: ['otlp-export-rejected'],
        build: () => says(RUST_REJECTED),
      },
    ],
    notApplicable: [unreadLogs],
  },
  'otlp-export-rejected': {
    positive: [
      sdk('Rust 0.31', RUST_REJECTED),
      sdk(
        'Rust 0.29',
        'ERROR opentelemetry_sdk:  name="BatchSpanProcessor.Flush.ExportError" reason="InternalFailure(\\"reqwest::Error { kind: Status(400, None), url: \\\\\\"http://otel-collector:4318/v1/traces\\\\\\" }\\")" Failed during the export process',
      ),
      sdk(
        'Rust, with retries',
        'WARN opentelemetry_otlp:  name="Export.Failed.NonRetryable" operation="TonicTracesClient.Export" OTLP export failed with non-retryable error - telemetry data will be lost',
      ),
      sdk(
        'Rust, at debug',
        'DEBUG opentelemetry_otlp:  name="HttpClient.StatusError" status_code=403 url="http://otel-collector:4318/v1/traces" response_body="b\\"forbidden\\""',
      ),
      sdk(
        'Go, gRPC',
        'traces export: rpc error: code = Unauthenticated desc = missing or empty authorization metadata: authorization',
      ),
      sdk(
        'Go, HTTP',
        'failed to upload metrics: failed to send metrics to http://otel-collector:4318/v1/metrics: 403 Forbidden',
      ),
      sdk(
        'Python, gRPC',
        'ERROR opentelemetry.exporter.otlp.proto.grpc.exporter: Failed to export logs to otel-collector:4317, error code: StatusCode.PERMISSION_DENIED',
      ),
      sdk(
        'Python, HTTP',
        'ERROR opentelemetry.exporter.otlp.proto.http.trace_exporter: Failed to export span batch code: 401, reason: Unauthorized',
      ),
      sdk(
        'Java, HTTP',
        '[otel.javaagent 2026-11-20 09:58:01:123 +0000] [OkHttp http://otel-collector:4318/...] ERROR io.opentelemetry.exporter.internal.http.HttpExporter - Failed to export spans. Server responded with HTTP status code 400. Error message: Unable to parse response body, HTTP status message: Bad Request',
      ),
      sdk(
        'Java, gRPC',
        '[otel.javaagent 2026-11-20 09:58:01:123 +0000] [OkHttp http://otel-collector:4317/...] ERROR io.opentelemetry.exporter.internal.grpc.GrpcExporter - Failed to export logs. Server responded with UNIMPLEMENTED. This usually means that your collector is not configured with an otlp receiver in the "pipelines" section of the configuration. If export is not desired and you are using OpenTelemetry autoconfiguration or the javaagent, disable export by setting OTEL_LOGS_EXPORTER=none. Full error message: ',
      ),
      sdk(
        'JavaScript',
        '{"stack":"OTLPExporterError: Unauthorized\\n    at IncomingMessage.<anonymous> (/app/node_modules/@opentelemetry/otlp-exporter-base/build/src/transport/http-transport-utils.js:49:31)","message":"Unauthorized","code":"401","name":"OTLPExporterError","data":""}',
      ),
      sdk(
        'Ruby',
        "ERROR -- : OpenTelemetry error: OTLP exporter received http.code=404 for uri='https://otel-collector:4318/v1/traces' in OTLP::Exporter#send_bytes",
      ),
    ],
    nearMiss: [
      other('an API of somebody else refuses', 'ERROR POST https://api.example.com/export: status code: 401'),
      other(
        'nobody answers',
        'ERROR opentelemetry_sdk:  name="BatchSpanProcessor.ExportError" error="Operation failed: HTTP export failed: network error"',
        ['otlp-export-failing'],
      ),
      other(
        'it is to come later',
        'WARNING opentelemetry.exporter.otlp.proto.http.trace_exporter: Transient error Too Many Requests encountered while exporting span batch, retrying in 1s.',
        ['otlp-export-throttled'],
      ),
    ],
    notApplicable: [unreadLogs],
  },
  'otlp-export-throttled': {
    positive: [
      sdk(
        'Rust, with retries',
        'INFO opentelemetry_otlp:  name="Export.InProgress.Throttled" operation="HttpTracesClient.Export" retry_after_seconds=5 OTLP export throttled by OTLP endpoint - delaying and retrying',
      ),
      sdk(
        'Rust, at debug',
        'DEBUG opentelemetry_otlp:  name="HttpClient.StatusError" status_code=503 url="http://otel-collector:4318/v1/traces" response_body="b\\"data refused\\""',
      ),
      sdk(
        'Go: the Collector is short of memory',
        'traces export: exporter export timeout: rpc error: code = Unavailable desc = data refused due to high memory usage',
      ),
      sdk('Go, HTTP', 'traces export: max retry time elapsed: retry-able request failure: body: rate limit exceeded'),
      sdk(
        'Python',
        'WARNING opentelemetry.exporter.otlp.proto.grpc.exporter: Transient error StatusCode.RESOURCE_EXHAUSTED encountered while exporting traces to otel-collector:4317, retrying in 4s.',
      ),
      sdk(
        'Java',
        '[otel.javaagent 2026-11-20 09:58:01:123 +0000] [OkHttp http://otel-collector:4318/...] WARN io.opentelemetry.exporter.internal.http.HttpExporter - Failed to export spans. Server responded with HTTP status code 429. Error message: Unable to parse response body, HTTP status message: Too Many Requests',
      ),
      sdk(
        'JavaScript',
        '{"stack":"OTLPExporterError: Too Many Requests\\n    at IncomingMessage.<anonymous> (/app/node_modules/@opentelemetry/otlp-exporter-base/build/src/transport/http-transport-utils.js:49:31)","message":"Too Many Requests","code":"429","name":"OTLPExporterError"}',
      ),
      sdk(
        'Ruby: the Collector is short of memory',
        'ERROR -- : OpenTelemetry error: OTLP exporter received rpc.Status{message=data refused due to high memory usage, details=[]}',
      ),
    ],
    nearMiss: [
      other(
        'an API of somebody else is busy',
        'ERROR payments: POST https://api.stripe.com/v1/charges: 429 Too Many Requests',
        [],
      ),
      other('it is refused for good', RUST_REJECTED, ['otlp-export-rejected']),
    ],
    notApplicable: [unreadLogs],
  },
} satisfies Cases;
