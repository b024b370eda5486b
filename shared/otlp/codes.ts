import type { RungName } from '#shared/domain/probe-result.ts';

export interface ProbeCode {
  /** where it shows, the lowest first */
  rungs: readonly RungName[];
  /** the worst; a finding may be milder */
  outcome: 'pass' | 'degraded' | 'fail' | 'unknown';
  title: string;
  remedy: string;
}

const fail = (rungs: RungName[], title: string, remedy: string): ProbeCode => ({
  rungs,
  outcome: 'fail',
  title,
  remedy,
});
const degraded = (rungs: RungName[], title: string, remedy: string): ProbeCode => ({
  rungs,
  outcome: 'degraded',
  title,
  remedy,
});

/** The vocabulary of `ProbeResult.verdict.code`, stable for ever. */
export const PROBE_CODES = {
  'otlp-healthy': {
    rungs: [],
    outcome: 'pass',
    title: 'Telemetry arrives, as far as it was looked at',
    remedy: 'Nothing to do.',
  },
  'otlp-slow': degraded(
    ['respond', 'accept', 'store'],
    'Answers come late',
    'Look at the load of the Collector and of what stands before it; scale out, or raise the latency limit.',
  ),
  'endpoint-url-invalid': fail(
    ['lint', 'resolve'],
    'The endpoint is no usable OTLP base URL',
    'Write scheme, host and port: http://collector:4318 for http, http://collector:4317 for grpc.',
  ),
  'endpoint-double-slash': fail(
    ['lint', 'respond'],
    'The path of the endpoint has a doubled slash',
    'Take the trailing slash off the base URL.',
  ),
  'dns-not-found': fail(
    ['resolve'],
    'The name of the endpoint does not resolve',
    'Correct the host name; names that end in .svc or .cluster.local resolve only inside the cluster.',
  ),
  'dns-temporary-failure': fail(
    ['resolve'],
    'The name server does not answer',
    'Look at CoreDNS or the VPC resolver and their limits, then try again.',
  ),
  'connection-refused': fail(
    ['connect'],
    'Nothing listens on the port',
    'See that the Collector runs and that its receiver is bound to 0.0.0.0 or the pod address, not to localhost.',
  ),
  'connect-timeout': fail(
    ['connect'],
    'The port does not answer at all',
    'Check security groups, NetworkPolicies, routes and the address: packets are dropped on the way.',
  ),
  'address-family-split': degraded(
    ['connect'],
    'Only one of IPv4 and IPv6 works',
    'Correct the DNS record of the other family, or let the server listen on it.',
  ),
  'response-timeout': fail(
    ['tls', 'respond', 'accept'],
    'The connection is taken, but no answer comes',
    'Look for a hung process, a half-dead load balancer target or another protocol on the port.',
  ),
  'connection-reset': fail(
    ['connect', 'tls', 'respond', 'accept'],
    'The connection is cut',
    'Look for restarts and out-of-memory kills of the Collector, and at the idle timeouts of what stands before it.',
  ),
  'http-proxy-interfering': fail(
    ['respond'],
    'A proxy answers instead of the endpoint',
    'Add the host of the endpoint to NO_PROXY, or let the proxy pass it.',
  ),
  'http-to-grpc-port': fail(
    ['sniff', 'respond'],
    'OTLP over HTTP is sent to a gRPC port',
    'Use the HTTP port (4318), or set the protocol to grpc.',
  ),
  'grpc-to-http-port': fail(
    ['tls', 'respond'],
    'gRPC is sent to a port that speaks HTTP/1.1 or OTLP over HTTP',
    'Use the gRPC port (4317), or set the protocol to http/protobuf.',
  ),
  'tls-to-plaintext': fail(
    ['tls'],
    'TLS is sent to a port without TLS',
    'Write http:// in the endpoint (or set insecure), or turn TLS on at the receiver.',
  ),
  'plaintext-to-tls': fail(
    ['respond'],
    'A port with TLS is spoken to without',
    'Write https:// in the endpoint, and give the CA if it is a private one.',
  ),
  'tls-untrusted-ca': fail(
    ['tls'],
    'The certificate is signed by an unknown authority',
    'Give the CA file (OTEL_EXPORTER_OTLP_CERTIFICATE), and let the server send its whole chain.',
  ),
  'tls-certificate-expired': fail(
    ['tls'],
    'The certificate has expired',
    'Renew it; see whether cert-manager or the load balancer has renewed it, and restart what still serves the old one.',
  ),
  'tls-certificate-not-yet-valid': fail(
    ['tls'],
    'The certificate is not valid yet',
    'Compare the clocks of both sides; wait, or issue it again.',
  ),
  'tls-certificate-expiring': degraded(['tls'], 'The certificate ends soon', 'Renew the certificate.'),
  'tls-hostname-mismatch': fail(
    ['tls'],
    'The certificate is for other names',
    'Use a name that the certificate has, or add this one to its alternative names.',
  ),
  'tls-client-certificate-required': fail(
    ['tls', 'respond'],
    'The server wants a client certificate',
    'Give a client certificate and key that its authority signed.',
  ),
  'tls-version-mismatch': fail(
    ['tls'],
    'Both sides have no TLS version or cipher in common',
    'Compare the minimal TLS versions and cipher lists of both sides.',
  ),
  'lb-protocol-version-mismatch': fail(
    ['respond'],
    'The load balancer and its target group differ in protocol version',
    'Set the ProtocolVersion of the target group to what is sent: GRPC, HTTP2 or HTTP1.',
  ),
  'signal-pipeline-missing': fail(
    ['respond'],
    'The Collector has no pipeline for a signal',
    'Add the otlp receiver to a pipeline of that signal, or ask for no more than it is to take (--signals, signals of the endpoint).',
  ),
  'path-not-found': fail(
    ['respond'],
    'The server does not know the path',
    'Give the base URL alone: /v1/traces, /v1/metrics and /v1/logs are appended to it.',
  ),
  redirected: fail(
    ['respond'],
    'The endpoint answers with a redirect',
    'Write the address that it points to, if that is the OTLP endpoint; exporters do not follow it with their data.',
  ),
  'not-an-otlp-server': fail(
    ['respond'],
    'What answers is not an OTLP server',
    'Correct host, port or routing: an ingress, a web page or another service answers there.',
  ),
  unauthenticated: fail(
    ['respond', 'accept'],
    'The credentials are missing or wrong',
    'Check OTEL_EXPORTER_OTLP_HEADERS: key=value, values percent-encoded.',
  ),
  'permission-denied': fail(
    ['respond', 'accept'],
    'The credentials may not send here',
    'Give the identity the right to send, or use the credentials of the right tenant.',
  ),
  'wrong-tenant': fail(
    ['store'],
    'The data went to another tenant',
    'Use the same tenant header for sending and reading.',
  ),
  'payload-invalid': fail(
    ['respond', 'accept'],
    'The server cannot read the request',
    'Read its words: something on the way changes the body, or the server is older than the protocol.',
  ),
  'content-type-unsupported': fail(
    ['respond', 'accept'],
    'The server does not take the content type',
    'Use application/x-protobuf or application/json.',
  ),
  'content-encoding-unsupported': fail(
    ['respond', 'accept'],
    'The server cannot decompress the request',
    'Set the compression to none or gzip, and look for a proxy that repacks the body.',
  ),
  'payload-too-large': fail(
    ['respond', 'accept'],
    'The request is too large',
    'Send smaller batches, or raise max_request_body_size / max_recv_msg_size_mib.',
  ),
  'pipeline-permanent-error': fail(
    ['respond', 'accept'],
    'The pipeline refuses the data for good',
    'Read the words of the server: a retry does not help.',
  ),
  'memory-limiter-refusing': fail(
    ['respond', 'accept'],
    'The memory limiter refuses data',
    'Give the Collector more memory, set GOMEMLIMIT to 80 % of it, make its queues smaller, or scale out.',
  ),
  'queue-full': fail(
    ['accept', 'export'],
    'The sending queue is full',
    'The backend is slower than the data: look at it first, then at queue_size and num_consumers.',
  ),
  throttled: fail(['respond', 'accept'], 'The server asks to send less', 'Wait as it says, send less, or scale it.'),
  'gateway-error': fail(
    ['respond', 'accept'],
    'A proxy or load balancer has no healthy server behind it',
    'Look at the targets of the load balancer and at the readiness of the Collector.',
  ),
  'partial-success': fail(
    ['accept'],
    'The server rejects items',
    'Read its words: limits or the schema of the backend refuse them.',
  ),
  'export-failing': fail(
    ['accept', 'export'],
    'The Collector cannot hand the data on',
    'Look at the backend of the exporter that is named: address, credentials, load.',
  ),
  'export-permanent-error': fail(
    ['export'],
    'The backend refuses what the Collector sends, for good',
    'Correct address, credentials or format of the exporter that is named.',
  ),
  'dropped-by-processor': fail(
    ['export', 'store'],
    'A processor drops the data',
    'Look at filters and samplers of the pipeline; let the canary pass them.',
  ),
  'debug-only-pipeline': degraded(
    ['export'],
    'Only a debug exporter gets the data',
    'Add the exporter of a backend to the pipeline.',
  ),
  'health-check-failing': degraded(
    ['respond'],
    'The health check of the Collector fails',
    'Read its answer: a component is not ready, or the process is going down.',
  ),
  'not-stored': fail(
    ['store'],
    'The data was taken but is not found again',
    'Look at the backend: its own limits, its tenant, its delay of indexing; for a receipt, at the pipeline for canaries.',
  ),
  'stored-altered': degraded(
    ['store'],
    'The data is stored, but not as it was sent',
    'Look for processors that rename or cut attributes, and for limits of cardinality.',
  ),
  'clock-skew': degraded(
    ['respond', 'accept', 'store'],
    'The clocks of both sides differ',
    'Correct the time (NTP) of the side that is wrong.',
  ),
  'prober-fault': {
    rungs: ['lint', 'resolve', 'connect', 'tls', 'respond'],
    outcome: 'unknown',
    title: 'The prober itself could not look',
    remedy: 'Mend what is named on this side; nothing is known about the target.',
  },
} as const satisfies Record<string, ProbeCode>;

export type ProbeCodeName = keyof typeof PROBE_CODES;

/** What a rung found. `outcome` where it is milder than the code's own. */
export interface Found {
  code: ProbeCodeName;
  /** the decisive datum, quoted */
  detail: string;
  outcome?: 'degraded';
}

export const outcomeOf = ({ code, outcome }: Found): ProbeCode['outcome'] => outcome ?? PROBE_CODES[code].outcome;
