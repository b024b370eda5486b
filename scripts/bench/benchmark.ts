/**
 * What `scripts/bench/NAME.bench.ts` exports as `bench`; it is found by its name. Each runs in a process of its own, so
 * that what one leaves in memory or in compiled code does not count for the next.
 */
export interface Benchmark {
  /** one line: what is measured against what */
  title: string;
  /** why it cannot run on this machine, and what would change that */
  skipped?(): string | undefined;
  run(): Figure[] | Promise<Figure[]>;
}

/** A cost that is held to a bound: as a ratio to another cost of the same process, or by itself. */
export interface Figure {
  name: string;
  cost: Amount;
  /** what it is compared with; without it the bound is on the cost itself */
  against?: Amount;
  /** the bound: the ratio, or the cost, must be smaller; without one the figure is only told */
  under?: number;
}

interface Amount {
  value: number;
  /** `ms`, `MB`, `us a line` */
  unit: string;
  /** of what, in a few words */
  of: string;
}

const heldTo = ({ cost, against }: Figure): number => cost.value / (against?.value ?? 1);

/** Not a number, which a failed measurement gives, keeps no bound. */
export const isKept = (figure: Figure): boolean => figure.under === undefined || heldTo(figure) < figure.under;

/** `ok     healthy, 10,000 pods: 1.55 (under 2): diagnose 155.0 ms, JSON.parse 100.0 ms` */
export function lineOf(figure: Figure): string {
  const { name, cost, against, under } = figure;
  const state = under === undefined ? 'figure' : isKept(figure) ? 'ok' : 'BROKEN';
  const amounts = [cost, against].flatMap((one) => (one ? [`${one.of} ${one.value.toFixed(1)} ${one.unit}`] : []));
  const value = against ? `${heldTo(figure).toFixed(2)} ` : '';
  const bound = under === undefined ? '' : `(under ${under}${against ? '' : ` ${cost.unit}`})`;
  return `${state.padEnd(6)} ${name}: ${[`${value}${bound}`.trim(), amounts.join(', ')].filter(Boolean).join(': ')}`;
}
