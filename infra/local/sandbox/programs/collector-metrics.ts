import type { Signal } from './otlp-wire.ts';

export type Transport = 'http' | 'grpc';

const ITEMS: Record<Signal, string> = { traces: 'spans', metrics: 'metric_points', logs: 'log_records' };

/** The Collector's own metrics; a series appears with its first event, as in the real one. */
export class CollectorMetrics {
  readonly #counts = new Map<string, number>();

  accept(signal: Signal, transport: Transport, count: number): void {
    const labels = `receiver="otlp",transport="${transport}"`;
    this.#add(`otelcol_receiver_accepted_${ITEMS[signal]}{${labels}}`, count);
    for (const none of ['failed', 'refused']) this.#add(`otelcol_receiver_${none}_${ITEMS[signal]}{${labels}}`, 0);
  }

  /** What an exporter is rid of: stored by the backend, or dropped. */
  exported(signal: Signal, exporter: string, outcome: 'sent' | 'send_failed', count: number): void {
    for (const one of ['sent', 'send_failed'] as const) {
      const series = `otelcol_exporter_${one}_${ITEMS[signal]}{exporter="${exporter}"}`;
      this.#add(series, one === outcome ? count : 0);
    }
  }

  /** Prometheus text. */
  render(uptimeSeconds: number, memoryMib: number): string {
    const lines = [`otelcol_process_uptime ${uptimeSeconds}`, `otelcol_process_memory_rss ${memoryMib * 1024 * 1024}`];
    for (const [series, count] of this.#counts) lines.push(`${series} ${count}`);
    return `${lines.join('\n')}\n`;
  }

  #add(series: string, count: number): void {
    this.#counts.set(series, (this.#counts.get(series) ?? 0) + count);
  }
}
