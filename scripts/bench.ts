import { cpus, totalmem } from 'node:os';
import { diagnose } from '#shared/diagnosis/diagnose.ts';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import { wholeNamespace } from '#test/support/namespace.ts';
import { largeNamespace } from './bench/large-namespace.ts';

/*
 * What a diagnosis costs against JSON.parse of its snapshot, in one process: ratios hold on any machine, milliseconds do
 * not. docs/benchmarks.md says what the bounds are for.
 */

const REPETITIONS = 9;
const WARM_UP = 3;

/** Of the time that JSON.parse takes for the same snapshot. */
const MOST_OF_PARSE = 2;
/** From 1,000 to 10,000 pods: ten times the work, and a little for colder caches. */
const MOST_GROWTH = 12;

interface Cost {
  megabytes: number;
  findings: number;
  /** medians, milliseconds */
  parse: number;
  diagnose: number;
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** Time of this thread on a processor, so that what else runs on the machine counts little. */
function timed<T>(run: () => T): { result: T; ms: number } {
  globalThis.gc?.();
  const from = process.threadCpuUsage();
  const result = run();
  const { user, system } = process.threadCpuUsage(from);
  return { result, ms: (user + system) / 1000 };
}

/** Each repetition diagnoses what it has just parsed: nothing that is remembered of an object can help. */
function costOf(snapshot: Snapshot): Cost {
  const text = JSON.stringify(snapshot);
  const target = wholeNamespace();
  const runs = Array.from({ length: WARM_UP + REPETITIONS }, () => {
    const parsed = timed(() => JSON.parse(text) as Snapshot);
    const diagnosed = timed(() => diagnose(parsed.result, { target }));
    return { parse: parsed.ms, diagnose: diagnosed.ms, findings: diagnosed.result.findings.length };
  }).slice(WARM_UP);
  return {
    megabytes: text.length / 1e6,
    findings: runs[0]?.findings ?? 0,
    parse: median(runs.map(({ parse }) => parse)),
    diagnose: median(runs.map((run) => run.diagnose)),
  };
}

const states = { healthy: false, '5 % failing': true };
const rows = Object.entries(states).map(([state, faulty]) => ({
  state,
  small: costOf(largeNamespace(1000, { faulty })),
  large: costOf(largeNamespace(10_000, { faulty })),
}));

const line = (cells: (string | number)[]) => `| ${cells.join(' | ')} |`;
const ratio = (value: number) => value.toFixed(2);
console.log(`Node ${process.version}, ${cpus()[0]?.model} x ${cpus().length}, ${Math.round(totalmem() / 2 ** 30)} GiB`);
console.log(`Medians of ${REPETITIONS}\n`);
console.log(line(['namespace', 'pods', 'snapshot MB', 'findings', 'JSON.parse ms', 'diagnose ms', 'ratio']));
console.log('|---|---|---|---|---|---|---|');
for (const { state, small, large } of rows)
  for (const [pods, cost] of [
    ['1,000', small],
    ['10,000', large],
  ] as const)
    console.log(
      line([
        state,
        pods,
        cost.megabytes.toFixed(1),
        cost.findings,
        cost.parse.toFixed(1),
        cost.diagnose.toFixed(1),
        ratio(cost.diagnose / cost.parse),
      ]),
    );

const bounds = rows.flatMap(({ state, small, large }) => [
  { name: `${state}: diagnose / JSON.parse of 10,000 pods`, value: large.diagnose / large.parse, most: MOST_OF_PARSE },
  { name: `${state}: 10,000 pods / 1,000 pods`, value: large.diagnose / small.diagnose, most: MOST_GROWTH },
]);
console.log('');
for (const { name, value, most } of bounds)
  console.log(`${value < most ? 'ok    ' : 'BROKEN'} ${name}: ${ratio(value)} (under ${most})`);
process.exitCode = bounds.every(({ value, most }) => value < most) ? 0 : 1;
