import { HungError } from '../http-call.ts';
import { DialError } from '../network.ts';
import { encodeSpans } from './otlp-wire.ts';
import { type ProcessContext, tracingLine } from './program.ts';

const SPANS_PER_FLUSH = 12;

/** What getaddrinfo says of a name that does not exist, and of a name server that does not answer. */
const UNRESOLVED: Partial<Record<DialError['fault'], string>> = {
  dns: 'Name or service not known',
  'dns-timeout': 'Temporary failure in name resolution',
};

/** The app's span pipeline: a bounded queue, exported over OTLP/HTTP, and logged as opentelemetry-rust does. */
export class OtlpExporter {
  readonly #context: ProcessContext;
  readonly #capacity: number;
  readonly #batch: number;
  readonly #endpoint: URL;
  #queued = 0;
  #dropping = false;

  constructor(context: ProcessContext, capacity: number, batch: number) {
    this.#context = context;
    this.#capacity = capacity;
    this.#batch = batch;
    const base = context.env.OTEL_EXPORTER_OTLP_ENDPOINT ?? 'http://localhost:4318';
    this.#endpoint = new URL('v1/traces', base.endsWith('/') ? base : `${base}/`);
  }

  get queued(): number {
    return this.#queued;
  }

  async flush(): Promise<void> {
    const room = this.#capacity - this.#queued;
    this.#queued += Math.min(room, SPANS_PER_FLUSH);
    if (room < SPANS_PER_FLUSH && !this.#dropping) {
      this.#dropping = true;
      this.#log(
        'WARN',
        'opentelemetry_sdk',
        'BatchSpanProcessor.SpanDroppingStarted',
        'message="Beginning to drop span messages due to full internal queue."',
      );
    }
    const count = Math.min(this.#queued, this.#batch);
    const { env, now, random } = this.#context;
    const id = () => Buffer.from(Array.from({ length: 8 }, () => Math.floor(random() * 256)));
    const body = encodeSpans(env.OTEL_SERVICE_NAME ?? 'unknown_service', count, now(), id);
    const headers = { 'content-type': 'application/x-protobuf', 'content-length': body.length };
    try {
      const { status } = await this.#context.request(this.#endpoint, { method: 'POST', headers, body });
      if (status === 200) {
        this.#queued -= count;
        this.#dropping = false;
      } else this.#failed(`HTTP export failed with status code: ${status}`);
    } catch (error) {
      this.#log('DEBUG', 'opentelemetry-otlp', 'HttpClient.NetworkError', `error="${this.#cause(error)}"`);
      this.#failed('HTTP export failed: network error');
    }
  }

  #failed(why: string): void {
    this.#log('ERROR', 'opentelemetry_sdk', 'BatchSpanProcessor.ExportError', `error="Operation failed: ${why}"`);
  }

  /** The error chain of reqwest and hyper. */
  #cause(error: unknown): string {
    const request = (source: string) =>
      `reqwest::Error { kind: Request, url: \\"${this.#endpoint}\\", source: ${source} }`;
    if (error instanceof HungError) return request('TimedOut');
    if (!(error instanceof DialError))
      return request('hyper_util::client::legacy::Error(SendRequest, hyper::Error(IncompleteMessage))');
    const connect = (inner: string) => request(`hyper_util::client::legacy::Error(Connect, ConnectError(${inner}))`);
    const unresolved = UNRESOLVED[error.fault];
    if (unresolved)
      return connect(
        `\\"dns error\\", Custom { kind: Uncategorized, error: \\"failed to lookup address information: ${unresolved}\\" }`,
      );
    const os =
      error.fault === 'refused'
        ? 'code: 111, kind: ConnectionRefused, message: \\"Connection refused\\"'
        : 'code: 110, kind: TimedOut, message: \\"Connection timed out\\"';
    return connect(`\\"tcp connect error\\", ${error.address}, Os { ${os} }`);
  }

  #log(level: 'ERROR' | 'WARN' | 'DEBUG', target: string, name: string, fields: string): void {
    this.#context.log(tracingLine(this.#context.now(), level, target, ` name="${name}" ${fields}`));
  }
}
