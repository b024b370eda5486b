import type { ExporterConfig } from './collector-config.ts';
import type { CollectorMetrics, Transport } from './collector-metrics.ts';
import { type CollectorLog, HttpExporter, type Payload } from './otlp-http-exporter.ts';
import type { Signal } from './otlp-wire.ts';
import type { ProcessContext } from './program.ts';

/** What a receiver does with a request that it has understood. */
export type Intake = (signal: Signal, transport: Transport, payload: Payload) => void;

/** From the OTLP receiver to the exporters of each signal's pipelines; an exporter without a network takes all. */
export function pipelines(
  context: ProcessContext,
  exporters: readonly ExporterConfig[],
  metrics: CollectorMetrics,
  log: CollectorLog,
): Intake {
  const overHttp = new Map(
    exporters
      .filter(({ type }) => type === 'otlp_http' || type === 'otlphttp')
      .map((config) => [config.id, new HttpExporter(context, config, metrics, log)]),
  );
  return (signal, transport, payload) => {
    metrics.accept(signal, transport, payload.count);
    for (const { id, signals } of exporters) {
      if (!signals.includes(signal)) continue;
      const exporter = overHttp.get(id);
      if (exporter) void exporter.send(signal, payload);
      else metrics.exported(signal, id, 'sent', payload.count);
    }
  };
}
