import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace';
import type { Flush } from './telemetry.ts';

/** Milliseconds: a receiver that is down must not use up a step's time. */
const EXPORT_TIMEOUT = 1500;

/** Traces alone, over OTLP/HTTP to the endpoint of the OTEL_EXPORTER_OTLP_* variables. */
export function start(): Flush {
  const exporter = new OTLPTraceExporter({ timeoutMillis: EXPORT_TIMEOUT });
  const spans = new BatchSpanProcessor({ exporter, exportTimeoutMillis: EXPORT_TIMEOUT });
  new NodeSDK({
    serviceName: process.env.OTEL_SERVICE_NAME ?? 'otlp-medic',
    spanProcessors: [spans],
    metricReaders: [],
    logRecordProcessors: [],
    instrumentations: [],
  }).start();
  return () =>
    spans.forceFlush().then(
      () => true,
      () => false,
    );
}
