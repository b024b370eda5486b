import type { Head } from '../formats/head.ts';
import { type Context, continues } from './continuation.ts';
import { type Crash, confirmsNode, isThrown } from './crash.ts';
import type { LogRecord } from './log-record.ts';

/** Of a stack of any length so much is kept: enough for its cause, and for a sample. */
const KEPT_LINES = 100;
const KEPT_CHARACTERS = 8192;

/** A record whose end has not come yet. */
export class OpenRecord implements LogRecord {
  readonly line: number;
  readonly lines: number[] | undefined;
  readonly text: string;
  readonly head: Head | undefined;
  readonly at: number;
  readonly rest: string[] = [];
  readonly before: string;
  after = '';
  #crash: Crash | undefined;
  /** Node's place in a source is a crash only with what follows it. */
  #confirmed: boolean;
  #kept = 0;
  readonly #context: Context;

  constructor(from: Pick<LogRecord, 'line' | 'lines' | 'text' | 'head' | 'at' | 'crash' | 'before'>) {
    ({ line: this.line, lines: this.lines, text: this.text, head: this.head, at: this.at, before: this.before } = from);
    this.#crash = from.crash;
    this.#confirmed = from.crash !== 'node';
    this.#context = {
      crash: from.crash,
      goStack: from.crash === 'go' || from.head?.stack === 'go',
      failed: from.head?.level === 'error' || from.head?.level === 'warn',
      count: 0,
      last: from.text,
      pem: beginsPem(from.text),
      over: false,
    };
  }

  get crash(): Crash | undefined {
    return this.#confirmed ? this.#crash : undefined;
  }

  /** Is the next line a part of this record whatever it looks like? */
  insists(line: string): boolean {
    const { pem, crash, over, count } = this.#context;
    if (pem) return continues(line, this.#context);
    return crash === 'node' && !over && count < KEPT_LINES && !/^(?:\d{4}-|\{"|\[)/.test(line);
  }

  continuedBy(line: string): boolean {
    return continues(line, this.#context);
  }

  /** A traceback under a line that logs an error, or in a chain of them. */
  takesTraceback(): boolean {
    const { crash, over, failed, count } = this.#context;
    return crash === 'python' ? !over : crash === undefined && failed && count === 0;
  }

  add(line: string, number: number): void {
    const context = this.#context;
    this.lines?.push(number);
    if (this.rest.length < KEPT_LINES && this.#kept < KEPT_CHARACTERS) {
      this.rest.push(line);
      this.#kept += line.length;
    }
    if (context.pem) context.pem = !line.includes('-----END ');
    else if (beginsPem(line)) context.pem = true;
    if (context.crash === 'node' && confirmsNode(line)) this.#confirmed = true;
    context.over = endsCrash(line, context);
    if (/^goroutine \d/.test(line)) context.goStack = true;
    context.count++;
    context.last = line;
  }
}

const beginsPem = (line: string): boolean => {
  const begin = line.lastIndexOf('-----BEGIN ');
  return begin >= 0 && line.indexOf('-----END ', begin) < 0;
};

function endsCrash(line: string, { crash, over, last }: Context): boolean {
  if (crash === 'rust') return over || line.startsWith('note: ');
  if (crash === 'node') return over || line.startsWith('Node.js v');
  if (crash !== 'python') return false;
  if (line === '' || line.startsWith('During handling') || line.startsWith('The above exception'))
    return over && line === '';
  return /^\S/.test(line) && isThrown(line) && /^\s/.test(last);
}
