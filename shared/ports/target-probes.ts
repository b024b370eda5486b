import type { Target } from '#shared/domain/target.ts';
import type { ProbeRequest } from './prober.ts';

/** Milliseconds for one request. */
const TIMEOUT_MS = 10_000;

/** One run of the ladder for each OTLP endpoint of a target, as far as it is configured. */
export const targetProbes = ({ name, otlp, queries, latencyLimitMs }: Target): ProbeRequest[] =>
  otlp.map(({ endpoint, protocol, signals, vantage, headersSecret, caFile, metricsUrl, healthUrl, receipt }) => ({
    endpoint,
    protocol,
    signals,
    vantage,
    ...(headersSecret !== undefined && { headersSecret }),
    ...(caFile !== undefined && { caFile }),
    ...(metricsUrl !== undefined && { metricsUrl }),
    ...(healthUrl !== undefined && { healthUrl }),
    ...(receipt && { receiptLogs: receipt }),
    queries,
    timeoutMs: TIMEOUT_MS,
    slowMs: latencyLimitMs,
    target: name,
  }));
