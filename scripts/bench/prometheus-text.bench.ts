import parsePrometheusTextFormat from 'parse-prometheus-text-format';
import { parseExposition } from '#shared/otlp/prometheus-text.ts';
import type { Benchmark } from './benchmark.ts';
import { median, timed } from './timed.ts';

const MEGABYTES = 5;
const REPETITIONS = 7;
const WARM_UP = 2;

const BOUNDS = ['0.005', '0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '1', '2.5', '5', '10', '+Inf'];

/** What a Collector with many receivers and exporters says of itself: counters, gauges, histograms. */
function exposition(bytes: number): string {
  const parts: string[] = [];
  for (let series = 0, size = 0; size < bytes; series++) {
    const name = `otelcol_exporter_${series % 40 ? `queue_${series % 40}` : 'sent_spans'}`;
    const labels = `exporter="otlp_grpc/backend-${series}",service_instance_id="4c9e0d2a-${series}",transport="grpc"`;
    const histogram = [
      `# HELP ${name}_seconds Duration of a request, with \\n in its help.`,
      `# TYPE ${name}_seconds histogram`,
      ...BOUNDS.map((le, index) => `${name}_seconds_bucket{${labels},le="${le}"} ${index * series}`),
      `${name}_seconds_sum{${labels}} ${series * 1.25}`,
      `${name}_seconds_count{${labels}} ${11 * series}`,
    ];
    const text = `# TYPE ${name} gauge\n${name}{${labels}} ${series}.5e+03\n${histogram.join('\n')}\n`;
    parts.push(text);
    size += text.length;
  }
  return parts.join('');
}

function cost(run: () => unknown): number {
  const runs = Array.from({ length: WARM_UP + REPETITIONS }, () => timed(run).ms);
  return median(runs.slice(WARM_UP));
}

export const bench: Benchmark = {
  title: `the parser of Prometheus' text format against the one that npm users take, ${MEGABYTES} MB`,
  run() {
    const text = exposition(MEGABYTES * 1e6);
    const samples = parseExposition(text).length;
    if (samples !== text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length)
      throw new Error(`${samples} samples are not all`);
    return [
      {
        name: 'every sample of the text',
        cost: { value: cost(() => parseExposition(text)), unit: 'ms', of: 'ours' },
        against: {
          value: cost(() => parsePrometheusTextFormat(text)),
          unit: 'ms',
          of: 'parse-prometheus-text-format, which loses label sets of histograms,',
        },
        under: 1,
      },
    ];
  },
};
