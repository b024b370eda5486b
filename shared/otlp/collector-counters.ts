import type { Sample } from './prometheus-text.ts';

/** Lines of an exposition that the export rung reads: a Collector has hundreds of others. */
export const isCollectorLine = (line: string): boolean =>
  line.startsWith('target_info{') || /^otelcol_(receiver|exporter|processor|process_uptime)/.test(line);

/** Names with and without `_total`, unit suffixes, and the doubled unit of 0.130.0. */
const NORMAL = /^(otelcol_[a-z_]+?)(?:__(?:spans|datapoints|metric_points|records|log_records)_)?(?:_total)?$/;
/** The name of a counter or gauge in every version of the Collector. */
export const nameOf = ({ name }: Sample) => NORMAL.exec(name)?.[1] ?? name;

const keyOf = ({ labels }: Sample) =>
  Object.entries(labels)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, value]) => `${label}=${JSON.stringify(value)}`)
    .join(',');

export interface Increase {
  labels: Record<string, string>;
  /** between the two scrapes; a counter that went back began anew */
  by: number;
}

/** How far each series of a name went up between two scrapes; a series that was not there began at 0. */
export function increases(name: string, before: readonly Sample[], after: readonly Sample[]): Increase[] {
  const was = new Map(before.filter((one) => nameOf(one) === name).map((one) => [keyOf(one), one.value]));
  return after
    .filter((one) => nameOf(one) === name)
    .map((one) => {
      const from = was.get(keyOf(one)) ?? 0;
      return { labels: one.labels, by: one.value < from ? one.value : one.value - from };
    });
}

/** Those that went up. */
export const moved = (of: readonly Increase[]) => of.filter(({ by }) => by > 0);
