import type { Code } from './catalogue.ts';

/** One kind of message about telemetry in the log of a container, and the fault that it tells. */
export interface Message {
  code: Code;
  /** A line must have them all. */
  words: RegExp[];
  /** a line must not have these */
  except?: RegExp;
  /** as many lines in the window make it a fault; one lost batch is what every restart of a Collector costs */
  enough: number;
  /** how old the last such line may be, where the window of the log is too long; milliseconds */
  withinMs?: number;
  /** default: P2 */
  severity?: 'P3';
  /** what is said of the program, default by its code */
  says?: string;
  cause?: string;
  remedy?: string;
}

/** A partial success that rejects nothing is a warning of the receiver: all was stored. */
const NONE_REJECTED =
  /(?:rejected|dropped)_?(?:spans|data_?points|log_?records)"?[=:] ?"?0\b|\(0 (?:spans|metric data points|logs) rejected\)/i;

const GIVEN_UP = /Exporting failed\. (?:Dropping|Rejecting) data|Sender failed/;
const EXPORT = /Exporting failed\.|Sender failed/;

/** With the default backoff (30 s at most, half of it more by chance) a failing exporter speaks at least this often. */
const STILL_RETRYING_MS = 2 * 60_000;

/** Metrics are exported every 60 s by default, with retries for another minute: an SDK that fails still says so again. */
const STILL_EXPORTING_MS = 3 * 60_000;

const permanent = (words: RegExp, cause: string, remedy: string, enough = 1): Message => ({
  code: 'collector-export-permanent',
  words: [EXPORT, /Permanent error|not retryable error/, words],
  enough,
  cause,
  remedy,
});

/**
 * What a Collector says, as 0.161 prints it in its console and JSON encodings; the first that fits a line counts.
 * Older versions use other words after "Exporting failed." only.
 */
export const COLLECTOR_MESSAGES: Message[] = [
  {
    code: 'collector-queue-full',
    words: [EXPORT, /sending queue is full/],
    enough: 2,
  },
  {
    code: 'otlp-message-too-large',
    words: [EXPORT, /received message larger than max|message length too large|Status Code 413|request body too large/],
    enough: 1,
    cause: 'The backend refuses the batches of the Collector for their size.',
    remedy: 'Lower send_batch_max_size or sending_queue.batch.max_size, or raise the limit of the backend.',
  },
  {
    code: 'collector-exporter-endpoint-dns',
    words: [EXPORT, /no such host|produced zero addresses|no children to pick from/],
    enough: 2,
    withinMs: STILL_RETRYING_MS,
  },
  {
    code: 'otlp-tls-mismatch',
    words: [EXPORT, /first record does not look like a TLS handshake|server gave HTTP response to HTTPS client/],
    enough: 2,
    cause: 'The exporter speaks TLS to a backend that does not.',
    remedy: 'Set tls.insecure: true (otlp_grpc) or an http:// endpoint (otlp_http), or give the backend a certificate.',
  },
  {
    code: 'otlp-tls-mismatch',
    words: [EXPORT, /x509: |failed to verify certificate|remote error: tls: /],
    enough: 2,
    cause: 'The exporter does not trust the certificate of the backend, or the backend not that of the exporter.',
    remedy: 'Give the exporter the CA in tls.ca_file, and call the backend by a name that is in its certificate.',
  },
  {
    code: 'otlp-tls-mismatch',
    words: [EXPORT, /error reading server preface: EOF/],
    enough: 2,
    cause: 'The backend closes the connection at once: it speaks TLS and the exporter does not, or a proxy is between.',
    remedy: 'Drop tls.insecure where the backend has a certificate.',
  },
  {
    code: 'otlp-protocol-port-mismatch',
    words: [EXPORT, /frame header looked like an HTTP\/1\.1 header|malformed HTTP response/],
    enough: 2,
    cause: 'The exporter speaks gRPC to a port for HTTP, or the reverse.',
    remedy: 'Send otlp_grpc to port 4317 and otlp_http to port 4318.',
  },
  permanent(
    /code = (?:Unauthenticated|PermissionDenied)|Status Code 40[13]\b/,
    'The backend refuses the credentials of the Collector; what it refuses is lost.',
    'Correct the headers or the auth extension of the exporter, and the Secret that they come from.',
  ),
  permanent(
    /code = Unimplemented|Status Code 40[45]\b/,
    'The backend does not know the service or path that the exporter calls: no pipeline for this signal, or a wrong path.',
    'Correct the endpoint of the exporter (otlp_http appends /v1/<signal>), or add the signal to the pipelines of the backend.',
  ),
  permanent(
    /./,
    'The backend refuses the data for good: no retry helps, and what it refuses is lost.',
    'Read the error of the exporter, and correct what it names.',
    2,
  ),
  {
    code: 'collector-export-failing',
    words: [EXPORT, /Throttle \(|Status Code 429|data refused due to high memory usage|code = ResourceExhausted/],
    enough: 2,
    withinMs: STILL_RETRYING_MS,
    cause: 'The backend is overloaded and holds the Collector back.',
    remedy: 'Give the backend room, or send it less.',
  },
  { code: 'collector-export-failing', words: [GIVEN_UP], enough: 2 },
  { code: 'collector-export-failing', words: [/Exporting failed\./], enough: 2, withinMs: STILL_RETRYING_MS },
  {
    code: 'collector-memory-limited',
    words: [/Memory usage is above (?:soft|hard) limit\. Refusing data/],
    enough: 1,
  },
  { code: 'otlp-partial-success', words: [/Partial success response/], except: NONE_REJECTED, enough: 1 },
  {
    code: 'otlp-tls-mismatch',
    words: [
      /failed to complete security handshake|TLS handshake error/,
      /first record does not look like a TLS handshake/,
    ],
    enough: 3,
    withinMs: STILL_RETRYING_MS,
    // Whoever looks at open ports does the same; a client that fails is one of ours.
    severity: 'P3',
    says: 'is spoken to in plaintext at a port with TLS',
    cause: 'A client sends plaintext to a receiver that serves TLS.',
    remedy:
      'Write https:// in the endpoint of the client, and build its exporter with TLS; or take tls from the receiver.',
  },
];

/** The Collector gives back what it still holds when it is stopped: no fault of the way. */
export const AT_SHUTDOWN = /interrupted due to shutdown/;

/** It follows every refusal that is over. */
export const MEMORY_BACK = /Memory usage back within limits/;

/** Words that make a line one about telemetry, where the error itself could be about anything. */
const TELEMETRY =
  /otlp|opentelemetry|otel|Batch(?:Span|Log)Processor|PeriodicReader|\b(?:traces|metrics|logs) export|\b(?:export|exporting|upload) (?:traces|spans?|metrics|logs?)\b|:431[78]\b/i;

/**
 * How SDKs say it: names of events of the Rust SDK first, then phrases of the Go, Java, Python and JavaScript ones. The
 * first that fits a line counts.
 */
export const SDK_MESSAGES: Message[] = [
  {
    code: 'otlp-emit-after-shutdown',
    words: [/Processor\.(?:OnEnd|Emit)\.AfterShutdown|(?:Processor|Reader|Provider)\.Shutdown\.?Timeout/],
    enough: 2,
  },
  {
    code: 'otlp-data-dropped-in-app',
    words: [
      /Batch(?:Span|Log)Processor\w*\.(?:(?:Span|Log)DroppingStarted|(?:Spans|Logs)Dropped)|spans because maxQueueSize reached|Queue is full, likely (?:spans|logs)|Queue full, dropping (?:Span|Log)|cannot send (?:span|log|message) to (?:the )?batch (?:(?:span|log) )?processor.{1,60}channel is full|Batch(?:Span|LogRecord)Processor queue is full - dropping|"dropped log records" "dropped"=|dropped log records - dropped \d/,
    ],
    enough: 1,
  },
  {
    code: 'otlp-partial-success',
    words: [
      /(?:Trace|Traces|Metrics|Logs)Client\.PartialSuccess|OTLP partial success:|Received Partial Success response/,
    ],
    except: NONE_REJECTED,
    enough: 1,
  },
  {
    code: 'otlp-message-too-large',
    words: [
      TELEMETRY,
      /received message larger than max|message length too large|http: request body too large|request (?:body|message) too large: exceeded|: 413 Request Entity Too Large|status code:? 413\b/,
    ],
    enough: 1,
  },
  {
    code: 'otlp-protocol-port-mismatch',
    words: [
      TELEMETRY,
      /FRAME_SIZE_ERROR|invalid HTTP version|malformed HTTP response|Parse Error: Expected HTTP\/|BadStatusLine|frame header looked like an HTTP\/1\.1 header/,
    ],
    enough: 2,
  },
  {
    code: 'otlp-tls-mismatch',
    words: [
      TELEMETRY,
      /InvalidCertificate|invalid peer certificate|CertNotValidForName|remote error: tls: |UnknownIssuer|certificate verify failed|x509: |does not look like a TLS handshake|wrong version number|WRONG_VERSION_NUMBER|server gave HTTP response to HTTPS client|unable to find valid certification path/,
    ],
    enough: 2,
  },
  {
    code: 'otlp-export-throttled',
    // Go says so of 429, 502, 503 and 504 alone.
    words: [
      /Export\.InProgress\.Throttled|retry-able request failure|HttpClient\.StatusError.{1,40}status_code=(?:429|50[234])\b/,
    ],
    enough: 2,
  },
  {
    code: 'otlp-export-throttled',
    words: [
      TELEMETRY,
      /data refused due to high memory usage|sending queue is full|ResourceExhausted|RESOURCE_EXHAUSTED|Too Many Requests|(?:code:?|status:?|HTTP) 429\b/,
    ],
    enough: 2,
  },
  {
    code: 'otlp-http-path-wrong',
    // Go's exporter names the whole URL: one that ends at the host was given where the URL of a signal belongs.
    words: [TELEMETRY, /failed to send (?:metrics |logs )?to https?:\/\/[^\s/]{1,260}\/?: 404\b/],
    enough: 2,
    cause:
      'The endpoint of one signal is used as it is written, and the receiver answers 404 to a path that is not its own.',
    remedy:
      'Append /v1/traces, /v1/metrics or /v1/logs to the endpoint of that signal, or give the base to OTEL_EXPORTER_OTLP_ENDPOINT alone.',
  },
  {
    code: 'otlp-export-rejected',
    words: [/Export\.Failed\.NonRetryable|HttpClient\.StatusError.{1,40}status_code=4/],
    enough: 2,
  },
  {
    code: 'otlp-export-rejected',
    words: [
      /export|upload|OTLPExporterError/i,
      TELEMETRY,
      /(?:code = |code: |StatusCode\.|error code: )(?:Unimplemented|UNIMPLEMENTED|Unauthenticated|UNAUTHENTICATED|PermissionDenied|PERMISSION_DENIED|InvalidArgument|INVALID_ARGUMENT)|gRPC status code (?:3|7|12|16)\b|responded with UNIMPLEMENTED|(?:status code:? |batch code: |: |http\.code=|kind: Status\()4(?:0[0-6]|15|22)\b|OTLPExporterError: (?:Bad Request|Unauthorized|Forbidden|Not Found|Method Not Allowed|Unsupported Media Type)|unknown service opentelemetry\.proto/,
    ],
    enough: 2,
  },
  {
    code: 'otlp-export-failing',
    words: [
      /Export\.Failed\.(?:Exhausted|DeadlineExceeded)|Batch(?:Span|Log)Processor\.(?:Flush\.)?Export\.?Error|PeriodicReader\.ExportFailed|HttpClient\.NetworkError|(?:traces|metrics|logs) export(?:: | failed)|failed to upload metrics: |failed to send logs to |Failed to export (?:(?:span|metrics|logs) batch|spans|metrics|logs|traces)|encountered while exporting (?:(?:span|metrics|logs) batch|traces|metrics|logs)\b|Exception while exporting (?:Span|Log|metrics)|OTLPExporterError|OTLP export (?:failed|error)|OpenTelemetry error: Unable to export|\[OTLP [A-Z ]{3,20} Exporter\] Export\(\) failed/i,
    ],
    enough: 2,
    withinMs: STILL_EXPORTING_MS,
  },
  {
    // The exporters of JavaScript, and Go's for logs, do not say what they are; nothing else listens on these ports.
    code: 'otlp-export-failing',
    words: [
      /:431[78]\b/,
      /\b14 UNAVAILABLE\b|\b4 DEADLINE_EXCEEDED\b|\bconnect E(?:CONN\w{1,10}|TIMEDOUT|HOSTUNREACH|PIPE)\b|dial tcp .{1,100}(?:connection refused|i\/o timeout|no route to host)/,
    ],
    enough: 2,
    withinMs: STILL_EXPORTING_MS,
  },
];
