import { type Crash, isQualifiedThrown, isThrown } from './crash.ts';

/** What the lines so far say about those to come. */
export interface Context {
  /** a crash, or what may become one */
  begun: Crash | undefined;
  /** zap and panics of Go print stacks whose functions are not indented */
  goStack: boolean;
  /** a logger has written the head */
  readonly head: unknown;
  /** the record is a warning or an error of a logger */
  failed: boolean;
  /** the head */
  readonly text: string;
  /** lines since the head */
  count: number;
  last: string;
  /** the whole record stands before a blank line */
  pretty: boolean;
  /** a PEM block has begun and not ended */
  pem: boolean;
  /** nothing more belongs to this crash */
  over: boolean;
}

const MARKS =
  /^(?:future: <|stack backtrace:|note: |Caused by: ?|Suppressed: |goroutine \d|created by |exit status \d|Node\.js v\d|\[signal |Traceback \(most recent|\.{3} \d{1,6} more|\[originating from goroutine|Stack trace:|Stacktrace:|Backtrace:|Location:$|Error ID: )/;
/** `main.run(0xc000)`, `github.com/x/y.(*T).Run`, `runtime.goexit({})` */
const GO_FUNCTION = /^[\w./*()[\]{}@~,%-]{1,300}\.[\w.*()[\]{}-]{1,200}(?:\([^)]{0,400}\)?)?(?: in goroutine \d+)?$/;
const GO_REGISTER = /^r[\w]{1,5} {1,8}0x/;
const PEM_LINE = /^(?:[A-Za-z0-9+/=]{1,100}|[A-Z][\w-]{0,30}: .{0,200}|)$/;

/** What a shell says of it. */
const DIED = /^(?:Segmentation fault|Aborted|Killed)(?: \(core dumped\))?$/;
export const isLastWord = (line: string): boolean => DIED.test(line);

/** What Python writes between the tracebacks of one failure. */
export const isChain = (line: string): boolean =>
  line.startsWith('During handling of the above exception') ||
  line.startsWith('The above exception was the direct cause');

/** Does a line without a head of its own belong to the record before it? */
export function continues(line: string, context: Context): boolean {
  if (context.pem) return PEM_LINE.test(line.trim()) || line.includes('-----END ');
  if (/^[\s})\]]/.test(line)) return !standsAlone(line, context);
  if (isLastWord(line)) return context.begun !== undefined;
  if (isChain(line) && (context.begun === 'python' || context.failed)) return true;
  if (context.over) return false;
  if (context.pretty && context.count === 0) return true;
  if (line.startsWith('Trace[')) return context.text.includes(line.slice(0, line.indexOf(']') + 1));
  if (MARKS.test(line))
    return context.begun !== undefined || context.failed || context.goStack || !line.startsWith('note: ');
  if (context.goStack && (GO_FUNCTION.test(line) || GO_REGISTER.test(line))) return true;
  if (context.begun === undefined)
    return context.failed && (context.count === 0 || isStack(context.last)) && thrownUnder(line, context);
  return ofCrash(line, context, context.begun);
}

/** Behind one blank, where nothing has a head or is deeper, a line is as much a message as the one before. */
const standsAlone = (line: string, { head, begun, goStack, count }: Context): boolean =>
  head === undefined && begun === undefined && !goStack && count === 0 && /^ (?!at |in |- )[^\s})\]]/.test(line);

const isStack = (last: string): boolean => /^\s/.test(last) || last.startsWith('Traceback');

/** A logged exception: its name right under the line that logs it, or at the end of Python's stack. */
const thrownUnder = (line: string, { count, last }: Context): boolean =>
  isQualifiedThrown(line) ||
  (isThrown(line) &&
    (/^\s+(?:File|[\^~])/.test(last) ||
      /^\s{4}/.test(last) ||
      (count === 0 && /^\w*(?:Error|Exception): /.test(line))));

function ofCrash(line: string, { last, count }: Context, crash: Crash): boolean {
  switch (crash) {
    case 'rust':
      return last.startsWith('thread ') && last.endsWith(':') && count === 0;
    case 'python':
      return isThrown(line) || /^[\w.]{1,120}$/.test(line);
    case 'node':
      return true;
    case 'native':
      return /^(?:-{3,} .{1,80} -{3,}|\d{1,3}: 0x|#)/.test(line);
    default:
      return false;
  }
}
