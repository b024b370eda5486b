import { collectorLine } from '#test/support/collector-lines.ts';
import { addLog, configMapOf, podsOf } from '#test/support/faults.ts';
import { COLLECTOR_CONFIG, healthyNamespace } from '#test/support/namespace.ts';
import { type Cases, type Positive, the } from '../case.ts';
import { says, unreadLogs, withVariables } from './saying.ts';

const at = the('Deployment', 'otlp-app');
const unreadDeployments = { why: 'Deployments may not be read', unread: ['deployments'] } as const;

const sent = (when: string, variables: Record<string, string>): Positive => ({
  when,
  at,
  severity: 'P2',
  shows: Object.values(variables)[0] ?? '',
  build: () => withVariables(variables),
});

const said = (when: string, line: string, variables: Record<string, string | undefined> = {}): Positive => ({
  when,
  at,
  severity: 'P2',
  build: () => says(line, 4, { snapshot: withVariables(variables) }),
});

const HTTP = {
  OTEL_EXPORTER_OTLP_ENDPOINT: 'http://otel-collector:4318',
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
};
const UNSET = { OTEL_EXPORTER_OTLP_ENDPOINT: undefined, OTEL_EXPORTER_OTLP_PROTOCOL: undefined };
const OUTSIDE = { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://otlp.example.com:4317' };

/** The receiver of the Collector has a certificate. */
function receiverWithTls(variables: Record<string, string> = {}) {
  const snapshot = withVariables(variables);
  configMapOf(snapshot, 'otel-collector-config').data = {
    'collector.yaml': COLLECTOR_CONFIG.replace(
      'endpoint: 0.0.0.0:4317',
      'endpoint: 0.0.0.0:4317\n        tls:\n          cert_file: /tls/tls.crt\n          key_file: /tls/tls.key',
    ),
  };
  return snapshot;
}

const backendSays = (words: Parameters<typeof collectorLine>[0]) => {
  const snapshot = healthyNamespace();
  const lines = [4, 3, 2, 1].map((minutes) => collectorLine(words, minutes));
  for (const pod of podsOf(snapshot, 'otel-collector')) addLog(snapshot, pod, lines.join('\n'));
  return snapshot;
};

/** What an application gets wrong about the way to its Collector. */
export const way = {
  'otlp-endpoint-unknown-host': {
    positive: [
      sent('a Service that is not there', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://otel-colector:4317' }),
      sent('by its long name', {
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector.otlp-system.svc.cluster.local:4317',
      }),
      said(
        'and its exports fail',
        'traces export: rpc error: code = Unavailable desc = name resolver error: produced zero addresses',
        {
          OTEL_EXPORTER_OTLP_ENDPOINT: 'http://otel-colector:4317',
        },
      ),
    ],
    nearMiss: [
      { why: 'it is outside the cluster', roots: [], build: () => withVariables(OUTSIDE) },
      {
        why: 'it is in a namespace that nobody looked at',
        roots: [],
        build: () => withVariables({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://otel-collector.monitoring:4317' }),
      },
      {
        why: 'it is an agent on the node',
        roots: [],
        build: () => withVariables({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://$(HOST_IP):4317' }),
      },
    ],
    notApplicable: [{ why: 'Services may not be read', unread: ['services'] }],
  },
  'otlp-protocol-port-mismatch': {
    positive: [
      sent('HTTP to the port for gRPC', { ...HTTP, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://otel-collector:4317' }),
      sent('gRPC to the port for HTTP', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://otel-collector:4318' }),
      said(
        'Rust, HTTP/2 to HTTP/1.1',
        'ERROR opentelemetry_sdk:  name="BatchSpanProcessor.Flush.ExportError" reason="ExportFailed(Status { code: Unknown, message: \\"h2 protocol error: http2 error: connection error detected: frame with invalid size (FRAME_SIZE_ERROR)\\" })" Failed during the export process',
        OUTSIDE,
      ),
      said(
        'Go, gRPC to HTTP',
        'traces export: rpc error: code = Unavailable desc = connection error: desc = "error reading server preface: http2: failed reading the frame payload: http2: frame too large, note that the frame header looked like an HTTP/1.1 header"',
        OUTSIDE,
      ),
      said(
        'Go, HTTP to gRPC',
        'traces export: Post "http://otlp.example.com:4317/v1/traces": net/http: HTTP/1.x transport connection broken: malformed HTTP response "\\x00\\x00\\x06\\x04\\x00\\x00\\x00\\x00\\x00"',
        { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://otlp.example.com:4317' },
      ),
      said(
        'JavaScript, HTTP to gRPC',
        '{"stack":"Error: PeriodicExportingMetricReader: metrics export failed (error Error: Parse Error: Expected HTTP/, RTSP/ or ICE/)\\n    at doExport (/app/node_modules/@opentelemetry/sdk-metrics/build/src/export/PeriodicExportingMetricReader.js:80:19)","message":"PeriodicExportingMetricReader: metrics export failed (error Error: Parse Error: Expected HTTP/, RTSP/ or ICE/)","name":"Error"}',
        OUTSIDE,
      ),
      said(
        'Python, HTTP to gRPC',
        "ERROR opentelemetry.sdk.trace.export: Exception while exporting Span batch.\nTraceback (most recent call last):\n  File \"/usr/lib/python3.12/site-packages/requests/adapters.py\", line 682, in send\n    raise ConnectionError(err, request=request)\nrequests.exceptions.ConnectionError: ('Connection aborted.', BadStatusLine('\\x00\\x00\\x18\\x04\\x00\\x00\\x00\\x00\\x00'))",
        OUTSIDE,
      ),
      {
        when: 'the Collector to its backend',
        at: the('Deployment', 'otel-collector'),
        severity: 'P2',
        build: () => backendSays('grpcToHttp'),
      },
    ],
    nearMiss: [
      { why: 'HTTP to the port for HTTP', roots: [], build: () => withVariables(HTTP) },
      {
        why: 'a browser speaks HTTP/1.1 to a server of its own',
        roots: [],
        build: () => says('WARN http2: frame header looked like an HTTP/1.1 header from 10.0.3.4'),
      },
    ],
    notApplicable: [unreadDeployments],
  },
  'otlp-endpoint-unset': {
    positive: [
      said(
        'Go',
        'traces export: rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp [::1]:4317: connect: connection refused"',
        UNSET,
      ),
      said(
        'Java',
        '[otel.javaagent 2026-11-20 09:58:01:123 +0000] [OkHttp http://localhost:4318/...] ERROR io.opentelemetry.exporter.internal.http.HttpExporter - Failed to export spans. The request could not be executed. Full error message: Failed to connect to localhost/127.0.0.1:4318',
        UNSET,
      ),
      said(
        'Python',
        "WARNING opentelemetry.exporter.otlp.proto.http.trace_exporter: Transient error HTTPConnectionPool(host='localhost', port=4318): Max retries exceeded with url: /v1/traces (Caused by NewConnectionError(\"HTTPConnection(host='localhost', port=4318): Failed to establish a new connection: [Errno 111] Connection refused\")) encountered while exporting span batch, retrying in 1.05s.",
        UNSET,
      ),
      said(
        'Rust',
        'ERROR opentelemetry_sdk:  name="BatchSpanProcessor.Flush.ExportError" reason="InternalFailure(\\"reqwest::Error { kind: Request, url: \\\\\\"http://localhost:4318/v1/traces\\\\\\", source: hyper_util::client::legacy::Error(Connect, ConnectError(\\\\\\"tcp connect error\\\\\\", 127.0.0.1:4318, Os { code: 111, kind: ConnectionRefused, message: \\\\\\"Connection refused\\\\\\" })) }\\")" Failed during the export process',
        UNSET,
      ),
      said(
        'JavaScript',
        '{"stack":"Error: connect ECONNREFUSED 127.0.0.1:4318\\n    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1611:16)","message":"connect ECONNREFUSED 127.0.0.1:4318","errno":"-111","code":"ECONNREFUSED","syscall":"connect","address":"127.0.0.1","port":"4318","name":"Error"}',
        UNSET,
      ),
    ],
    nearMiss: [
      { why: 'it sends nothing', roots: [], build: () => withVariables(UNSET) },
      {
        why: 'it is set, and fails otherwise',
        roots: ['otlp-export-failing'],
        build: () =>
          says(
            'traces export: rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 10.100.0.10:4317: connect: connection refused"',
          ),
      },
    ],
    notApplicable: [unreadLogs],
  },
  'otlp-http-path-wrong': {
    positive: [
      sent('a signal, without its path', { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://otel-collector:4318', ...HTTP }),
      sent('the base, with the path of a signal', {
        ...HTTP,
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://otel-collector:4318/v1/traces',
      }),
      said(
        'Go says where it sends, and is told 404',
        'traces export: failed to send to http://otlp.example.com:4318/: 404 Not Found (body: 404 page not found)',
        OUTSIDE,
      ),
      said(
        'metrics of Go',
        'failed to upload metrics: failed to send metrics to http://otlp.example.com:4318: 404 Not Found (body: 404 page not found)',
        OUTSIDE,
      ),
    ],
    nearMiss: [
      { why: 'the base alone', roots: [], build: () => withVariables(HTTP) },
      {
        why: 'a signal with its path',
        roots: [],
        build: () =>
          withVariables({ ...HTTP, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://otel-collector:4318/v1/traces' }),
      },
      {
        why: 'a backend with a path of its own',
        roots: [],
        build: () => withVariables({ ...HTTP, OTEL_EXPORTER_OTLP_ENDPOINT: 'https://api.example.com/otlp' }),
      },
    ],
    notApplicable: [unreadDeployments],
  },
  'otlp-tls-mismatch': {
    positive: [
      sent('TLS to a receiver without a certificate', { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://otel-collector:4317' }),
      {
        when: 'plaintext to one that has one',
        at,
        severity: 'P2',
        shows: 'http://otel-collector:4317',
        build: () => receiverWithTls(),
      },
      said(
        'Rust: another name is in the certificate',
        'ERROR opentelemetry_sdk:  name="BatchSpanProcessor.Flush.ExportError" reason="ExportFailed(Status { code: Unavailable, message: \\", detailed error message: transport error: invalid peer certificate: certificate not valid for name \\\\\\"otlp.example.com\\\\\\"; certificate is only valid for DnsName(\\\\\\"collector\\\\\\")\\" })" Failed during the export process',
        OUTSIDE,
      ),
      said(
        'Rust: nobody knows the issuer',
        'ERROR opentelemetry_sdk:  name="BatchSpanProcessor.ExportError" error="Operation failed: reqwest::Error { kind: Request, url: \\"https://otlp.example.com/v1/traces\\", source: hyper_util::client::legacy::Error(Connect, Custom { kind: Other, error: Custom { kind: InvalidData, error: InvalidCertificate(UnknownIssuer) } }) }"',
        OUTSIDE,
      ),
      said(
        'Go',
        'traces export: Post "https://otlp.example.com/v1/traces": tls: failed to verify certificate: x509: certificate signed by unknown authority',
        OUTSIDE,
      ),
      said(
        'Python',
        "WARNING opentelemetry.exporter.otlp.proto.http.trace_exporter: Transient error HTTPSConnectionPool(host='otlp.example.com', port=4318): Max retries exceeded with url: /v1/traces (Caused by SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate in certificate chain (_ssl.c:1000)'))) encountered while exporting span batch, retrying in 1.05s.",
        OUTSIDE,
      ),
      said(
        'Java',
        '[otel.javaagent 2026-11-20 09:58:01:123 +0000] [OkHttp https://otlp.example.com:4317/...] ERROR io.opentelemetry.exporter.internal.grpc.GrpcExporter - Failed to export spans. The request could not be executed. Full error message: PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested target',
        OUTSIDE,
      ),
      said(
        'JavaScript: TLS to plaintext',
        '{"stack":"Error: write EPROTO 40A7:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../deps/openssl/openssl/ssl/record/ssl3_record.c:355:\\n    at TLSSocket.<anonymous> (/app/node_modules/@opentelemetry/otlp-exporter-base/build/src/transport/http-exporter-transport.js:1:1)","message":"write EPROTO wrong version number","code":"EPROTO","name":"Error"}',
        OUTSIDE,
      ),
      {
        when: 'the Collector to its backend',
        at: the('Deployment', 'otel-collector'),
        severity: 'P2',
        build: () => backendSays('tlsToPlaintext'),
      },
    ],
    nearMiss: [
      {
        why: 'both speak TLS',
        roots: [],
        build: () => receiverWithTls({ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://otel-collector:4317' }),
      },
      {
        why: 'the certificate of somebody else is not trusted',
        build: () =>
          says(
            'ERROR payments: Post "https://api.stripe.com/v1/charges": tls: failed to verify certificate: x509: certificate signed by unknown authority',
          ),
      },
    ],
    notApplicable: [unreadDeployments],
  },
} satisfies Cases;
