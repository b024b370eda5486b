import { goPrograms } from './corpus/go-programs.ts';
import type { Level, Message, Program } from './corpus/message.ts';
import { otherPrograms } from './corpus/other-programs.ts';
import { rustPrograms } from './corpus/rust-programs.ts';
import { valuesOf } from './corpus/values.ts';

/** What is true of a record by its making. */
export interface CorpusRecord {
  /** 1-based number of its first line. */
  line: number;
  /** Number of its lines. */
  length: number;
  level: Level;
  /** Program and number of the message: one place in a source that logs. */
  template: string;
  panic: boolean;
  /** Milliseconds of its longest operation, when that is a second or more. */
  slowMs?: number;
}

export interface Corpus {
  lines: string[];
  records: CorpusRecord[];
  levels: Record<Level, number>;
  panics: number;
}

interface Speaker {
  program: Program;
  message: Message;
  template: string;
  /** Sum of the weights up to here. */
  upTo: number;
}

const speakers = (): Speaker[] => {
  let upTo = 0;
  return [...rustPrograms, ...goPrograms, ...otherPrograms].flatMap((program) =>
    program.messages.map((message, i) => {
      upTo += message.weight;
      return { program, message, template: `${program.name}/${i}`, upTo };
    }),
  );
};

const start = Date.parse('2026-11-20T08:00:00.000Z');

/**
 * Logs of the OTLP world, modelled on the captures in `samples`, in ten formats that follow one another at random:
 * about a quarter of the records are errors, one operation in fifty is slow, errors bring stacks along. The same seed
 * gives the same lines; the last record may be cut to end at `lines`.
 */
export function corpusOfLines({ lines: wanted = 200_000, seed = 1 } = {}): Corpus {
  const v = valuesOf(seed);
  const all = speakers();
  const total = all.at(-1)?.upTo ?? 0;
  const corpus: Corpus = { lines: [], records: [], levels: { error: 0, warn: 0, info: 0, debug: 0 }, panics: 0 };
  let at = start;
  while (corpus.lines.length < wanted) {
    at += v.count(80);
    const drawn = (v.count(1_000_000) / 1_000_000) * total;
    const speaker = all.find(({ upTo }) => drawn < upTo);
    if (!speaker) continue;
    const { program, message, template } = speaker;
    const written = program.write(new Date(at), message, v).slice(0, wanted - corpus.lines.length);
    const longest = v.longest();
    const panic = program.name.endsWith('-panic');
    const { level } = message;
    corpus.records.push({
      line: corpus.lines.length + 1,
      length: written.length,
      level,
      template,
      panic,
      ...(longest >= 1000 && { slowMs: longest }),
    });
    corpus.lines.push(...written);
    corpus.levels[level] += 1;
    if (panic) corpus.panics += 1;
  }
  return corpus;
}
