import type { OtlpProtocol, ProbeResult, Signal, Vantage } from '#shared/domain/probe-result.ts';

/** The API of a backend, by which a canary is found again. */
export interface StoreQuery {
  kind: 'jaeger' | 'prometheus' | 'tempo' | 'loki' | 'xray' | 'unknown';
  /** base URL */
  url: string;
  /** whose data is read, X-Scope-OrgID; default: the tenant that the canary is sent to */
  tenant?: string | undefined;
}

/** Pods of a Collector whose log shows the canaries that came through: a debug exporter behind a filter. */
export interface LogReceipt {
  /** default: that of the target */
  namespace?: string | undefined;
  /** of labels, as kubectl takes it */
  selector: string;
  /** default: the only container of a pod, or the only one with the image of a Collector */
  container?: string | undefined;
}

/** What one run of the ladder looks at. URLs other than the endpoint are optional rungs. */
export interface ProbeRequest {
  /** base URL: the path of each signal is appended */
  endpoint: string;
  protocol: OtlpProtocol;
  signals: Signal[];
  /** default: direct. With apiserver the hosts of the URLs name Services, and `target` the cluster */
  vantage?: Vantage;
  headers?: Record<string, string>;
  /** name of a secret that holds headers, in the form of OTEL_EXPORTER_OTLP_HEADERS */
  headersSecret?: string;
  /** PEM files */
  caFile?: string;
  clientCertFile?: string;
  clientKeyFile?: string;
  /** the Collector's own metrics */
  metricsUrl?: string;
  /** the health_check extension */
  healthUrl?: string;
  /** the API of what stores the telemetry */
  queries: StoreQuery[];
  /** HOST:PORT of this machine, to which a pipeline of the Collector returns canaries over OTLP/HTTP */
  receiptListen?: string;
  /** the Collector's log, read through the API server of the target's cluster */
  receiptLogs?: LogReceipt;
  /** of one request, milliseconds */
  timeoutMs: number;
  /** an answer within the deadline that takes longer is slow, milliseconds */
  slowMs: number;
  /** a target's name; marks the canary */
  target: string;
}

/** Walks the OTLP ladder. */
export interface Prober {
  /** false where only configured endpoints may be asked: an event must not choose an address for a deployed function */
  readonly freeEndpoints: boolean;
  /**
   * A fault of the target or of the network is a result. Rejects only with an InputError or UnavailableError: a file or
   * secret that cannot be read.
   */
  probe(request: ProbeRequest, options?: { signal?: AbortSignal }): Promise<ProbeResult>;
}
