const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** The app's own metrics, as Prometheus text: the three series that the guide's scripts read. */
export class AppMetrics {
  readonly #durations = new Map<string, { counts: number[]; sum: number; count: number }>();
  activeConnections = 0;

  observe(path: string, seconds: number): void {
    const series = this.#durations.get(path) ?? { counts: BOUNDS.map(() => 0), sum: 0, count: 0 };
    this.#durations.set(path, series);
    for (const [i, bound] of BOUNDS.entries()) if (seconds <= bound) series.counts[i] = (series.counts[i] ?? 0) + 1;
    series.sum += seconds;
    series.count += 1;
  }

  render(queueSize: number): string {
    const lines = [
      '# HELP otlp_request_duration_seconds Time to answer a request.',
      '# TYPE otlp_request_duration_seconds histogram',
    ];
    for (const [path, { counts, sum, count }] of this.#durations) {
      const labels = `path="${path}"`;
      for (const [i, bound] of BOUNDS.entries())
        lines.push(`otlp_request_duration_seconds_bucket{${labels},le="${bound}"} ${counts[i]}`);
      lines.push(
        `otlp_request_duration_seconds_bucket{${labels},le="+Inf"} ${count}`,
        `otlp_request_duration_seconds_sum{${labels}} ${sum}`,
        `otlp_request_duration_seconds_count{${labels}} ${count}`,
      );
    }
    lines.push(
      '# HELP otlp_queue_size Items that wait to be exported.',
      '# TYPE otlp_queue_size gauge',
      `otlp_queue_size ${queueSize}`,
      '# HELP otlp_active_connections Connections that are being served.',
      '# TYPE otlp_active_connections gauge',
      `otlp_active_connections ${this.activeConnections}`,
    );
    return `${lines.join('\n')}\n`;
  }
}
