/**
 * `npm run bench` runs every benchmark of scripts/bench, `npm run bench -- NAME` one. Exits with 1 when a bound is
 * broken. docs/benchmarks.md says what the bounds are for.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { type Benchmark, isKept, lineOf } from './bench/benchmark.ts';

const folder = new URL('./bench/', import.meta.url);
const ENDING = '.bench.ts';
const names = readdirSync(folder)
  .filter((file) => file.endsWith(ENDING))
  .map((file) => file.slice(0, -ENDING.length));

/** Whether every bound was kept; one that cannot run here breaks none. */
async function run(name: string): Promise<boolean> {
  const { bench } = (await import(new URL(`${name}${ENDING}`, folder).href)) as { bench: Benchmark };
  console.log(`\n${name}: ${bench.title}`);
  const why = bench.skipped?.();
  if (why) {
    console.log(`skipped: ${why}`);
    return true;
  }
  const figures = await bench.run();
  for (const figure of figures) console.log(lineOf(figure));
  return figures.every(isKept);
}

const [name] = process.argv.slice(2);
if (name === undefined) {
  console.log(
    `Node ${process.version}, ${cpus()[0]?.model} x ${cpus().length}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
  );
  const runs = names.map((each) =>
    spawnSync(process.execPath, [...process.execArgv, import.meta.filename, each], { stdio: 'inherit' }),
  );
  process.exitCode = runs.every(({ status }) => status === 0) ? 0 : 1;
} else if (names.includes(name)) {
  process.exitCode = (await run(name)) ? 0 : 1;
} else {
  console.error(`no benchmark ${name}; there are: ${names.join(', ')}`);
  process.exitCode = 2;
}
