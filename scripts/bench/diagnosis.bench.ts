import { diagnose } from '#shared/diagnosis/diagnose.ts';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import { wholeNamespace } from '#test/support/namespace.ts';
import type { Benchmark, Figure } from './benchmark.ts';
import { largeNamespace } from './large-namespace.ts';
import { median, timed } from './timed.ts';

const REPETITIONS = 9;
const WARM_UP = 3;

/** Of the time that JSON.parse takes for the same snapshot. */
const MOST_OF_PARSE = 2;
/** From 1,000 to 10,000 pods: ten times the work, and a little for colder caches. */
const MOST_GROWTH = 12;

/** Medians, milliseconds. Each repetition diagnoses what it has just parsed: nothing remembered of an object can help. */
function costOf(snapshot: Snapshot): { parse: number; diagnose: number } {
  const text = JSON.stringify(snapshot);
  const target = wholeNamespace();
  const runs = Array.from({ length: WARM_UP + REPETITIONS }, () => {
    const parsed = timed(() => JSON.parse(text) as Snapshot);
    const diagnosed = timed(() => diagnose(parsed.result, { target }));
    return { parse: parsed.ms, diagnose: diagnosed.ms };
  }).slice(WARM_UP);
  return { parse: median(runs.map(({ parse }) => parse)), diagnose: median(runs.map((run) => run.diagnose)) };
}

function figuresOf(state: string, faulty: boolean): Figure[] {
  const small = costOf(largeNamespace(1000, { faulty }));
  const large = costOf(largeNamespace(10_000, { faulty }));
  const cost = { value: large.diagnose, unit: 'ms', of: 'diagnose' } as const;
  return [
    {
      name: `${state}, 10,000 pods / JSON.parse`,
      cost,
      against: { value: large.parse, unit: 'ms', of: 'JSON.parse' },
      under: MOST_OF_PARSE,
    },
    {
      name: `${state}, 10,000 pods / 1,000 pods`,
      cost,
      against: { value: small.diagnose, unit: 'ms', of: 'diagnose of 1,000' },
      under: MOST_GROWTH,
    },
  ];
}

export const bench: Benchmark = {
  title: 'view, rules and ranking of one namespace against JSON.parse of its snapshot',
  run: () => [...figuresOf('healthy', false), ...figuresOf('5 % failing', true)],
};
