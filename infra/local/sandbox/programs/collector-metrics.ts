import type { Signal } from './otlp-wire.ts';

export type Transport = 'http' | 'grpc';

const ITEMS: Record<Signal, string> = { traces: 'spans', metrics: 'metric_points', logs: 'log_records' };

/** The Collector's own metrics; a series appears with its first event, as in the real one. */
export class CollectorMetrics {
  readonly #accepted = new Map<Signal, Map<Transport, number>>();

  accept(signal: Signal, transport: Transport, count: number): void {
    const counts = this.#accepted.get(signal) ?? new Map<Transport, number>();
    this.#accepted.set(signal, counts.set(transport, (counts.get(transport) ?? 0) + count));
  }

  /** Prometheus text. What the exporters send is what came in: there is nothing behind them to fail. */
  render(exporters: readonly string[], uptimeSeconds: number, memoryMib: number): string {
    const lines = [`otelcol_process_uptime ${uptimeSeconds}`, `otelcol_process_memory_rss ${memoryMib * 1024 * 1024}`];
    for (const [signal, counts] of this.#accepted) {
      const item = ITEMS[signal];
      let total = 0;
      for (const [transport, count] of counts) {
        const labels = `receiver="otlp",transport="${transport}"`;
        lines.push(`otelcol_receiver_accepted_${item}{${labels}} ${count}`);
        for (const none of ['failed', 'refused']) lines.push(`otelcol_receiver_${none}_${item}{${labels}} 0`);
        total += count;
      }
      for (const exporter of exporters) lines.push(`otelcol_exporter_sent_${item}{exporter="${exporter}"} ${total}`);
    }
    return `${lines.join('\n')}\n`;
  }
}
