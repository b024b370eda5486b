import { withoutAnsi } from '../ansi.ts';
import { EnvelopeReader } from '../envelope.ts';
import type { Head } from '../formats/head.ts';
import { lineHead } from '../formats/line-head.ts';
import { LONGEST_LINE } from '../lines.ts';
import { TimeReader } from '../time.ts';
import { continues, isLastWord } from './continuation.ts';
import { type Crash, crashOf } from './crash.ts';
import type { LogRecord } from './log-record.ts';
import { OpenRecord } from './open-record.ts';

/** Pods and streams whose records are kept apart; with more, the oldest ends its record. */
const MOST_SOURCES = 64;

const MOST_BLANKS = 100;

interface Source {
  open: OpenRecord | undefined;
  /** parts of a line that the runtime has cut, and their numbers */
  part: string;
  partLines: number[];
  partAt: number;
  /** blank lines that are the record's if more of it comes */
  blanks: number[];
  /** the last line */
  last: string;
}

/** Puts the lines of all sources together to records. */
export class Assembler {
  readonly #onrecord: (record: LogRecord) => void;
  readonly #numbered: boolean;
  readonly #time: TimeReader;
  readonly #envelopes: EnvelopeReader;
  readonly #sources = new Map<string, Source>();
  #lastName: string | undefined;
  #lastSource: Source | undefined;

  constructor(options: { now: number; numbered: boolean; onrecord: (record: LogRecord) => void }) {
    this.#onrecord = options.onrecord;
    this.#numbered = options.numbered;
    this.#time = new TimeReader(options.now);
    this.#envelopes = new EnvelopeReader(this.#time);
  }

  line(line: string, number: number): void {
    const { text, at, source: name, partial } = this.#envelopes.read(line);
    const source = name === this.#lastName && this.#lastSource ? this.#lastSource : this.#sourceOf(name);
    if (partial) {
      if (source.partLines.length === 0) source.partAt = at;
      source.part = (source.part + text).slice(0, LONGEST_LINE);
      source.partLines.push(number);
    } else if (source.partLines.length > 0) {
      this.#joined(source, text, number);
    } else this.#whole(source, text, at, number);
  }

  end(): void {
    for (const source of this.#sources.values()) this.#finish(source);
    this.#sources.clear();
  }

  #joined(source: Source, text: string, number: number): void {
    const [first = number, ...others] = source.partLines;
    const whole = (source.part + text).slice(0, LONGEST_LINE);
    source.part = '';
    source.partLines = [];
    this.#whole(source, whole, source.partAt, first);
    source.open?.lines?.push(...others, number);
  }

  #whole(source: Source, enveloped: string, at: number, number: number): void {
    const line = withoutAnsi(enveloped);
    const { open } = source;
    const insists = open?.insists(line) ?? false;
    if (!insists && line.trim() === '') {
      if (open && source.blanks.length < MOST_BLANKS) source.blanks.push(number);
      return;
    }
    const crash = insists ? undefined : crashOf(line);
    const head = insists || crash ? undefined : lineHead(line, this.#time);
    if (open && head && open.head?.levelFollows && Number.isNaN(head.at) && open.count === 0) {
      open.adopt(head, line, number);
    } else if (open && !head && (insists || belongs(open, line, crash))) {
      for (const blank of source.blanks) open.add('', blank);
      open.add(line, number);
    } else {
      this.#close(source, head ? '' : line);
      source.open = new OpenRecord(line, {
        line: number,
        numbered: this.#numbered,
        head,
        at: this.#ownTime(line, head, crash) ?? at,
        crash,
        before: head ? '' : source.last,
      });
    }
    source.blanks.length = 0;
    source.last = line;
  }

  #ownTime(line: string, head: Head | undefined, crash: Crash | undefined): number | undefined {
    const at = head ? head.at : crash ? this.#time.readDate(line, line.startsWith('[') ? 1 : 0) : Number.NaN;
    return Number.isNaN(at) ? undefined : at;
  }

  #close(source: Source, next: string): void {
    const { open } = source;
    source.open = undefined;
    if (!open) return;
    open.after = next;
    this.#onrecord(open);
  }

  #finish(source: Source): void {
    if (source.partLines.length > 0) this.#joined(source, '', source.partLines.pop() ?? 0);
    this.#close(source, '');
  }

  #sourceOf(name: string): Source {
    let source = this.#sources.get(name);
    if (!source) {
      if (this.#sources.size >= MOST_SOURCES) this.#forgetOldest();
      source = { open: undefined, part: '', partLines: [], partAt: Number.NaN, blanks: [], last: '' };
      this.#sources.set(name, source);
    }
    this.#lastName = name;
    this.#lastSource = source;
    return source;
  }

  #forgetOldest(): void {
    const [oldest] = this.#sources;
    if (!oldest) return;
    this.#finish(oldest[1]);
    this.#sources.delete(oldest[0]);
  }
}

const belongs = (open: OpenRecord, line: string, crash: Crash | undefined): boolean =>
  crash === undefined || (crash === 'native' && isLastWord(line))
    ? continues(line, open)
    : crash === 'python' && open.takesTraceback();
