/** What prints an uncaught crash: a language's runtime, or what is beneath it (V8's heap limit, C++). */
export type Crash = 'rust' | 'go' | 'python' | 'java' | 'node' | 'native';

const HEADS: [Crash, string, RegExp][] = [
  ['rust', 'thread ', /^thread '[^']{0,200}' (?:\(\d{1,20}\) )?(?:panicked at|has overflowed its stack)/],
  ['go', 'panic: ', /^panic: /],
  ['go', 'fatal error: ', /^fatal error: /],
  // net/http lives on, but nobody of the program has caught it
  ['go', 'http: panic serving ', /^http: panic serving /],
  ['go', 'SIG', /^SIG(?:SEGV|ABRT|BUS|QUIT|FPE|ILL): /],
  ['python', 'Traceback ', /^Traceback \(most recent call last\):$/],
  ['python', 'Exception in thread ', /^Exception in thread (?!")[\w-]{1,80}(?: \([^)]{0,120}\))?:$/],
  ['java', 'Exception in thread ', /^Exception in thread "/],
  ['native', 'FATAL ERROR: ', /^FATAL ERROR: /],
  ['native', 'terminate called ', /^terminate called (?:after|without|recursively)/],
  ['native', 'memory allocation of ', /^memory allocation of \d{1,20} bytes failed/],
  ['native', 'Segmentation fault', /^Segmentation fault(?: \(core dumped\))?$/],
  ['native', 'Unhandled exception. ', /^Unhandled exception\. [A-Z]/], // .NET
  ['native', 'PHP Fatal error: ', /^PHP Fatal error: {1,2}Uncaught /],
  ['native', '[', /^\[[^\]]{1,40}\] PHP Fatal error: {1,2}Uncaught /],
  ['native', '# A fatal error ', /^# A fatal error has been detected by the Java Runtime Environment/],
  ['native', '# There is ', /^# There is insufficient memory for the Java Runtime Environment/],
];

/** Where Node points into the source: a file and a line alone. Only what follows tells that it is a crash. */
const NODE_PLACE = /^(?:file:\/\/)?(?:\/|node:|[A-Z]:\\)[^\s:]{1,400}(?::\d{1,7}){1,2}$/;

const DATED_GO = /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})? http: panic serving /;

const SPACE = 32;
const NUMBER_SIGN = 35;
const SLASH = 47;

/** The crash that begins with this line, if any. */
export function crashOf(line: string): Crash | undefined {
  const first = line.charCodeAt(0);
  if (first === SPACE && line.startsWith('  + Exception Group Traceback ')) return 'python';
  // Go's log has its time before what net/http says.
  if (line.charCodeAt(4) === SLASH && DATED_GO.test(line)) return 'go';
  // Most lines begin with a digit or a bracket.
  if (first < 65 && first !== SLASH && first !== NUMBER_SIGN) return undefined;
  if (first === SLASH || line.startsWith('node:') || line.startsWith('file:'))
    return NODE_PLACE.test(line) ? 'node' : undefined;
  for (const [crash, start, words] of HEADS) if (line.startsWith(start) && words.test(line)) return crash;
  return undefined;
}

/** These are printed after a place in the source only when the process dies of it. */
export const confirmsNode = (line: string): boolean => /^\s{0,200}\^{1,200}\s{0,4}$|^Node\.js v\d/.test(line);

/** `java.lang.IllegalStateException: text`, `ValueError: text`, `builtins.KeyError`: what was thrown. */
const THROWN = /^(?:[A-Za-z_$][\w$]{0,80}\.){0,12}[A-Z][\w$]{0,80}(?:: |$)/;
export const isThrown = (line: string): boolean => THROWN.test(line);

const QUALIFIED = /^(?:[a-z_$][\w$]{0,80}\.){1,12}[A-Z][\w$]{0,80}(?:Exception|Error|Throwable)(?:: |$)/;
/** The name of a class of exceptions with its package: no logger's head begins so. */
export const isQualifiedThrown = (line: string): boolean => QUALIFIED.test(line);

const EDGE = /^[ |+]{1,40}/;
/** The last exception of a chain; of a group, the group. */
const thrownIn = (rest: readonly string[]): string | undefined =>
  rest.findLast((line) => isThrown(line)) ??
  rest.find((line) => EDGE.test(line) && isThrown(line.replace(EDGE, '')))?.replace(EDGE, '');

/** What a crash says, of its first lines: the words of the panic, or what was thrown. */
export function crashMessage(crash: Crash, head: string, rest: readonly string[]): string {
  switch (crash) {
    case 'rust': {
      const [words] = rest;
      return head.endsWith(':') && words !== undefined ? `${head} ${words}` : head;
    }
    case 'python':
      return thrownIn(rest) ?? head;
    case 'node':
      return (
        rest.find((line) => /^(?:Uncaught )?(?:\[?[A-Z]\w*(?:Error|Exception|Rejection)?\b.{0,40}[:\]])/.test(line)) ??
        head
      );
    default:
      return head;
  }
}
