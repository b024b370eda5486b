import { HungError } from '../http-call.ts';
import { DialError } from '../network.ts';
import type { ExporterConfig } from './collector-config.ts';
import type { CollectorMetrics } from './collector-metrics.ts';
import type { Signal } from './otlp-wire.ts';
import type { ProcessContext } from './program.ts';

/** One request's worth of telemetry, encoded as it came. */
export interface Payload {
  type: 'application/x-protobuf' | 'application/json';
  body: Buffer;
  count: number;
}

export type CollectorLog = (
  level: 'info' | 'error',
  caller: string,
  message: string,
  fields?: Record<string, unknown>,
) => void;

const RETRYABLE = [429, 502, 503, 504];
const FIRST_RETRY_SECONDS = 5;
const LONGEST_RETRY_SECONDS = 30;
const GIVES_UP_AFTER_SECONDS = 300;
const GRPC_CODES: Record<number, string> = { 400: 'InvalidArgument', 401: 'Unauthenticated', 403: 'PermissionDenied' };

/** The Collector's otlp_http exporter with its default retries; each payload is sent by itself. */
export class HttpExporter {
  readonly #context: ProcessContext;
  readonly #config: ExporterConfig;
  readonly #metrics: CollectorMetrics;
  readonly #log: CollectorLog;

  constructor(context: ProcessContext, config: ExporterConfig, metrics: CollectorMetrics, log: CollectorLog) {
    this.#context = context;
    this.#config = config;
    this.#metrics = metrics;
    this.#log = log;
  }

  async send(signal: Signal, payload: Payload, wait = FIRST_RETRY_SECONDS, waited = 0): Promise<void> {
    const { id } = this.#config;
    const failure = await this.#try(signal, payload);
    if (!failure) {
      this.#metrics.exported(signal, id, 'sent', payload.count);
      return;
    }
    const about = {
      'otelcol.component.id': id,
      'otelcol.component.kind': 'exporter',
      'otelcol.signal': signal,
      error: failure.error,
    };
    if (failure.permanent || waited + wait > GIVES_UP_AFTER_SECONDS) {
      this.#metrics.exported(signal, id, 'send_failed', payload.count);
      const error = failure.permanent ? failure.error : `no more retries left: ${failure.error}`;
      const dropped = { ...about, error, dropped_items: payload.count };
      this.#log('error', 'internal/queue_sender.go:62', 'Exporting failed. Dropping data.', dropped);
      return;
    }
    const message = 'Exporting failed. Will retry the request after interval.';
    this.#log('info', 'internal/retry_sender.go:133', message, { ...about, interval: `${wait}s` });
    const next = Math.min(wait * 1.5, LONGEST_RETRY_SECONDS);
    this.#context.after(wait, () => this.send(signal, payload, next, waited + wait));
  }

  async #try(signal: Signal, { type, body }: Payload): Promise<{ error: string; permanent: boolean } | undefined> {
    const { endpoint, headers: own } = this.#config;
    const url = new URL(`${endpoint.replace(/\/$/, '')}/v1/${signal}`);
    const headers = { ...own, 'content-type': type, 'content-length': body.length };
    try {
      const { status } = await this.#context.request(url, { method: 'POST', headers, body });
      if (status >= 200 && status < 300) return undefined;
      const said = `error exporting items, request to ${url} responded with HTTP Status Code ${status}`;
      if (RETRYABLE.includes(status))
        return { error: `rpc error: code = Unavailable desc = ${said}`, permanent: false };
      const code = GRPC_CODES[status] ?? 'Unknown';
      return {
        error: `not retryable error: Permanent error: rpc error: code = ${code} desc = ${said}`,
        permanent: true,
      };
    } catch (error) {
      return { error: `failed to make an HTTP request: Post "${url}": ${dialWords(error, url)}`, permanent: false };
    }
  }
}

/** As Go's net package says it. */
function dialWords(error: unknown, { hostname }: URL): string {
  if (error instanceof HungError) return 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)';
  if (!(error instanceof DialError)) return 'EOF';
  const { fault, address } = error;
  if (fault === 'dns') return `dial tcp: lookup ${hostname} on 172.20.0.10:53: no such host`;
  if (fault === 'dns-timeout') return `dial tcp: lookup ${hostname}: i/o timeout`;
  return fault === 'refused' ? `dial tcp ${address}: connect: connection refused` : `dial tcp ${address}: i/o timeout`;
}
