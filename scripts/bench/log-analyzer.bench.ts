import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LogAnalyzer, makeLogAnalyzer } from '#shared/logs/analyze.ts';
import { corpusOfLines } from '#test/logs/corpus-of-lines.ts';
import type { Benchmark, Figure } from './benchmark.ts';
import { drainCost, drainMissing } from './drain3.ts';

const LINES = 200_000;
/** Five times as many lines per CPU second as Drain3 with masks; ten are the goal. */
const MOST_OF_DRAIN = 1 / 5;
const LONGER = 10;
/** What more is held after ten times as many lines: the templates are all there early. Megabytes. */
const MOST_GROWTH = 4;
/** As file streams give them; bytes. */
const CHUNK = 65_536;

const textOf = (seed: number): Buffer => Buffer.from(`${corpusOfLines({ lines: LINES, seed }).lines.join('\n')}\n`);

/** CPU seconds of all threads, so that the garbage collector counts; one run without a warm-up, as a command is. */
function analysisSeconds(text: Buffer): number {
  const analyzer = makeLogAnalyzer();
  const from = process.cpuUsage();
  feed(analyzer, text);
  const { lines, truncated } = analyzer.end();
  const { user, system } = process.cpuUsage(from);
  if (lines !== LINES || truncated?.evictedTemplates) throw new Error(`${lines} lines of ${LINES} were read`);
  return (user + system) / 1e6;
}

/** Megabytes that an analyzer holds after so many parts of different content. */
function megabytesHeld(parts: number): number {
  const analyzer = makeLogAnalyzer();
  const before = held();
  for (let seed = 1; seed <= parts; seed++) feedPart(analyzer, seed);
  const after = held();
  if (analyzer.end().lines !== parts * LINES) throw new Error('lines were lost');
  return (after - before) / 1e6;
}

/** In a function of its own, whose frame does not keep the text alive. */
const feedPart = (analyzer: LogAnalyzer, seed: number): void => feed(analyzer, textOf(seed));

function feed(analyzer: LogAnalyzer, text: Buffer): void {
  for (let at = 0; at < text.length; at += CHUNK) analyzer.push(text.subarray(at, at + CHUNK));
}

function held(): number {
  // The first frees the buffers of what the second finds unused.
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function speed(): Figure {
  const folder = mkdtempSync(join(tmpdir(), 'log-analyzer-'));
  try {
    const text = textOf(1);
    const file = join(folder, 'corpus.log');
    writeFileSync(file, text);
    const perLine = (seconds: number) => (seconds / LINES) * 1e6;
    const ours = analysisSeconds(text);
    const drain = drainCost(file);
    return {
      name: `${LINES.toLocaleString('en')} lines, redaction on, one thread`,
      cost: { value: perLine(ours), unit: 'us a line', of: 'analyzeLogs' },
      against: { value: perLine(drain.seconds), unit: 'us a line', of: `Drain3 (${drain.templates} templates)` },
      under: MOST_OF_DRAIN,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function memory(): Figure {
  megabytesHeld(1); // what is compiled and cached on the way is no part of the log
  const short = megabytesHeld(1);
  const long = megabytesHeld(LONGER);
  const millions = (LINES * LONGER) / 1e6;
  return {
    name: `memory held after ${millions} million lines beyond that after ${millions / LONGER} (${short.toFixed(1)} MB)`,
    cost: { value: long - short, unit: 'MB', of: 'growth' },
    under: MOST_GROWTH,
  };
}

export const bench: Benchmark = {
  title: 'the log analyzer against Drain3 with masks, CPU seconds for the same lines, and its memory over length',
  skipped: drainMissing,
  run: () => [speed(), memory()],
};
