import { performance } from 'node:perf_hooks';
import type { ProbeRequest } from '#shared/ports/prober.ts';
import { type Toxic, through } from '#test/cluster/faulty-way.ts';
import { collector } from '#test/cluster/running-program.ts';
import { serve } from '#test/support/http-server.ts';
import { takes } from '#test/support/otlp-server.ts';
import { testProber } from '#test/support/probing.ts';
import { missing } from '../components/place.ts';
import { bareTrips } from './bare-trips.ts';
import type { Benchmark, Figure } from './benchmark.ts';
import { median } from './timed.ts';

const REPETITIONS = 9;
const WARM_UP = 2;
/** Of each answer, milliseconds: a machine of the same zone, and one of a neighbouring region. */
const LATENCY_MS = 10;
/** A full ladder against the round trips that it cannot do without. */
const MOST_OF_TRIPS = 3;

async function wall(run: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < WARM_UP + REPETITIONS; i++) {
    const from = performance.now();
    await run();
    times.push(performance.now() - from);
  }
  return median(times.slice(WARM_UP));
}

async function figureOf(protocol: ProbeRequest['protocol'], latencyMs: number): Promise<Figure> {
  await using backend = await serve(takes);
  await using receiver = await collector({ exporters: { otlp_http: { endpoint: backend.url } } });
  const latency: Toxic = { type: 'latency', stream: 'downstream', attributes: { latency: latencyMs } };
  await using way = await through(protocol === 'grpc' ? receiver.grpc : receiver.http, latency);
  await using metrics = await through(receiver.metrics, latency);
  const metricsUrl = `${metrics.url}/metrics`;
  const request: ProbeRequest = {
    ...{ endpoint: way.url, protocol, signals: ['traces', 'metrics', 'logs'], queries: [], target: 'bench' },
    ...{ timeoutMs: 5000, slowMs: 5000, metricsUrl },
  };
  const { verdict } = await testProber.probe(request);
  if (verdict.outcome !== 'pass') throw new Error(`the ladder ends with ${verdict.code} at ${verdict.rung}`);
  return {
    name: `${protocol}, ${latencyMs} ms away`,
    cost: { value: await wall(() => testProber.probe(request)), unit: 'ms', of: 'ladder' },
    against: {
      value: await wall(() => bareTrips(way.url, metricsUrl, protocol === 'grpc')),
      unit: 'ms',
      of: 'bare round trips',
    },
    under: MOST_OF_TRIPS,
  };
}

export const bench: Benchmark = {
  title: 'a full ladder over three signals against its bare round trips, on a real Collector',
  skipped() {
    const absent = [...missing('cluster'), ...missing('telemetry')].map(({ name }) => name);
    const wanted = absent.filter((name) => name === 'otelcol' || name === 'toxiproxy-server');
    return wanted.length > 0 ? `${wanted.join(', ')} not installed; \`npm run components\` builds them` : undefined;
  },
  async run() {
    const figures: Figure[] = [];
    for (const protocol of ['http/protobuf', 'grpc'] as const)
      for (const latency of [0, LATENCY_MS]) figures.push(await figureOf(protocol, latency));
    return figures;
  },
};
