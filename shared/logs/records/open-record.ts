import type { Head } from '../formats/head.ts';
import { isZapLine } from '../formats/zap-console.ts';
import { type Context, continues, isChain } from './continuation.ts';
import { type Crash, confirmsNode, isThrown } from './crash.ts';
import type { LogRecord } from './log-record.ts';

/** Of a stack of any length so much is kept: enough for its cause, and for a sample. */
const KEPT_LINES = 100;
const KEPT_CHARACTERS = 8192;
const NO_LINES: string[] = [];

/** A record whose end has not come yet. */
export class OpenRecord implements LogRecord, Context {
  readonly line: number;
  readonly lines: number[] | undefined;
  readonly text: string;
  head: Head | undefined;
  readonly at: number;
  readonly before: string;
  after = '';
  rest = NO_LINES;
  telling = NO_LINES;
  begun: Crash | undefined;
  goStack: boolean;
  failed: boolean;
  count = 0;
  last: string;
  readonly pretty: boolean;
  pem: boolean;
  over = false;
  /** Node's place in a source is a crash only with what follows it. */
  #confirmed: boolean;
  #kept = 0;
  #listsCauses = false;

  constructor(
    text: string,
    from: {
      line: number;
      numbered: boolean;
      head: Head | undefined;
      at: number;
      crash: Crash | undefined;
      before: string;
    },
  ) {
    const { head, crash } = from;
    this.line = from.line;
    this.lines = from.numbered ? [from.line] : undefined;
    this.text = text;
    this.head = head;
    this.at = from.at;
    this.before = from.before;
    this.begun = crash;
    this.#confirmed = crash !== 'node';
    this.goStack = crash === 'go' || head?.stack === 'go';
    this.failed = head?.level === 'error' || head?.level === 'warn';
    this.pretty = head?.pretty === true;
    this.last = text;
    this.pem = beginsPem(text);
  }

  get crash(): Crash | undefined {
    return this.#confirmed ? this.begun : undefined;
  }

  /** Is the next line a part of this record whatever it looks like? */
  insists(line: string): boolean {
    if (this.pem) return continues(line, this);
    if (this.head?.dump) return !this.last.startsWith('\t{') && !isZapLine(line);
    return this.begun === 'node' && !this.over && this.count < KEPT_LINES && !/^(?:\d{4}-|\{"|\[)/.test(line);
  }

  /** A traceback under a line that logs an error, or in a chain of them. */
  takesTraceback(): boolean {
    if (isChain(this.last) || (this.failed && this.last.startsWith('future: <'))) return true;
    return (
      this.count === 0 &&
      (this.begun === undefined ? this.failed : this.begun === 'python' && !this.text.startsWith('Traceback'))
    );
  }

  /** The second line of java.util.logging, which says how grave it is and what. */
  adopt(head: Head, line: string, number: number): void {
    this.head = head;
    this.failed = head.level === 'error' || head.level === 'warn';
    this.add(line, number);
    this.count = 0;
  }

  add(line: string, number: number): void {
    this.lines?.push(number);
    if (this.rest.length < KEPT_LINES && this.#kept < KEPT_CHARACTERS) {
      if (this.rest === NO_LINES) this.rest = [];
      this.rest.push(line);
      this.#kept += line.length;
      if (this.#listsCauses || !isFrame(line)) this.telling = [...this.telling, line];
    }
    // anyhow numbers its causes as backtraces number their frames.
    if (line === 'Caused by:') this.#listsCauses = true;
    else if (/^[Ss]tack backtrace:/.test(line)) this.#listsCauses = false;
    if (this.pem) this.pem = !line.includes('-----END ');
    else if (beginsPem(line)) this.pem = true;
    if (this.begun === 'node' && confirmsNode(line)) this.#confirmed = true;
    this.over = this.#ends(line);
    if (line.startsWith('goroutine ')) this.goStack = true;
    this.count++;
    this.last = line;
  }

  #ends(line: string): boolean {
    if (this.begun === 'rust') return this.over || line.startsWith('note: ');
    if (this.begun === 'node') return this.over || line.startsWith('Node.js v');
    if (this.begun !== 'python') return false;
    if (isChain(line)) return false;
    return /^\S/.test(line) && isThrown(line) && /^\s/.test(this.last);
  }
}

const beginsPem = (line: string): boolean => {
  const begin = line.indexOf('-----BEGIN ');
  return begin >= 0 && line.indexOf('-----END ', begin) < 0;
};

/** What was thrown or caused it, and the fields of Node's errors: they are indented too. */
const CAUSE =
  /^[\s|+]{0,40}(?:(?:\[?cause\]?|code|errno|reason|message|error|details?|kind)["']?[:=] |Caused by|(?:[\w$]{1,80}\.){0,12}[A-Z]\w{0,80}(?:Error|Exception)(?: \(\d{1,10}\))?(?:: |$))/;

/** `\tat a.b(C.java:1)`, `main.run(0xc000)`, `github.com/x/y.(*T).Run` */
const isFrame = (line: string): boolean =>
  line === '' ||
  (/^\s/.test(line) && !CAUSE.test(line)) ||
  /^[\w./*()[\]{},@-]{1,400}$/.test(line) ||
  line.startsWith('goroutine ');
