import type { Signal } from '#shared/domain/probe-result.ts';
import { nameOf } from './collector-counters.ts';
import type { Sample } from './prometheus-text.ts';

/** Of the exporters of a signal; a Collector that does not tell signals apart has one for all. */
const gauges = (name: string, signal: Signal, samples: readonly Sample[]): Sample[] =>
  samples.filter((one) => nameOf(one) === `otelcol_exporter_${name}` && (one.labels.data_type ?? signal) === signal);

const isAbove = ({ value }: Sample) => value > 0;

/** What waits in the queue of an exporter, or is on its way from one, for people; undefined where nothing does. */
export function waiting(signal: Signal, after: readonly Sample[]): string | undefined {
  const queued = gauges('queue_size', signal, after).find(isAbove);
  if (!queued) {
    const flying = gauges('in_flight_requests', signal, after).find(isAbove);
    return flying && `${flying.value} in flight from ${flying.labels.exporter}`;
  }
  const { exporter } = queued.labels;
  const capacity = gauges('queue_capacity', signal, after).find(({ labels }) => labels.exporter === exporter);
  return `${queued.value}${capacity ? ` of ${capacity.value}` : ''} in the queue of ${exporter}`;
}

/** Since 0.152 each request that is on its way, or waits to be tried again, is counted. */
function countsInFlight(after: readonly Sample[]): boolean {
  const version = after.find(({ name }) => name === 'target_info')?.labels.service_version ?? '';
  const [, major = '0', minor = '0'] = /^v?(\d+)\.(\d+)\./.exec(version) ?? [];
  const isNew = Number(major) > 0 || Number(minor) >= 152;
  return isNew || after.some((one) => nameOf(one) === 'otelcol_exporter_in_flight_requests');
}

/** Nothing is on its way to a backend, or by one exporter: what was accepted waits in a batch, or for the decision of a sampler. */
export const isHeld = (signal: Signal, after: readonly Sample[], exporter?: string): boolean =>
  countsInFlight(after) &&
  !gauges('in_flight_requests', signal, after).some(
    (one) => isAbove(one) && (exporter === undefined || one.labels.exporter === exporter),
  );

/** The exporters whose queue has grown between two scrapes, with what is on its way. */
export function stuck(signal: Signal, before: readonly Sample[], after: readonly Sample[]): Sample[] {
  const was = new Map(gauges('queue_size', signal, before).map(({ labels, value }) => [labels.exporter, value]));
  return gauges('queue_size', signal, after).filter(
    ({ labels: { exporter }, value }) => value > (was.get(exporter) ?? 0) && !isHeld(signal, after, exporter),
  );
}
