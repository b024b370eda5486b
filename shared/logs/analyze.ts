import type { LogAnalysis } from '#shared/domain/log-analysis.ts';
import { answerOf } from './answer.ts';
import { LineReader } from './lines.ts';
import { Assembler } from './records/assembler.ts';
import { Tally } from './tally.ts';
import { TimeReader } from './time.ts';

/** From here on an operation is slow; milliseconds. */
const SLOW_MS = 1000;

export interface AnalyzeOptions {
  /** also the template id of each physical line */
  assignments?: boolean;
  /** operations that took at least so long are listed; milliseconds, default 1000 */
  slowMs?: number;
  /** ISO 8601; templates that were first seen from then on are marked */
  rolloutAt?: string;
  /** milliseconds since 1970; the year of time stamps without one, default now */
  now?: number;
}

export interface LogAnalyzer {
  /** The next bytes of the log; they may be cut anywhere, and may be reused afterwards. */
  push(chunk: Uint8Array): void;
  /** The answer; nothing can be pushed afterwards. */
  end(): LogAnalysis;
}

/** Analyzes a log as it comes, with the memory of a short one. Never throws for what is in it. */
export function makeLogAnalyzer(options: AnalyzeOptions = {}): LogAnalyzer {
  const { assignments = false, slowMs = SLOW_MS, now = Date.now() } = options;
  const rolloutAt = options.rolloutAt === undefined ? Number.NaN : new TimeReader(now).readDate(options.rolloutAt, 0);
  const tally = new Tally({ slowMs, assignments });
  const assembler = new Assembler({ now, numbered: assignments, onrecord: (record) => tally.add(record) });
  let lines = 0;
  const reader = new LineReader((line) => assembler.line(line, lines++));
  return {
    push: (chunk) => reader.push(chunk),
    end() {
      reader.end();
      assembler.end();
      return answerOf(tally, lines, Number.isNaN(rolloutAt) ? undefined : rolloutAt);
    },
  };
}

/** The analysis of a whole log: its lines, levels, templates, causes, slow operations and crashes. */
export async function analyzeLogs(
  input: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: AnalyzeOptions = {},
): Promise<LogAnalysis> {
  const analyzer = makeLogAnalyzer(options);
  for await (const chunk of input) analyzer.push(chunk);
  return analyzer.end();
}
