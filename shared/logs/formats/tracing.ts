import { WILDCARD } from '../templates/wildcard.ts';

const SPACE = 32;
const QUOTE = 34;
const COLON = 58;
const EQUALS = 61;
const OPEN = 123;
const CLOSE = 125;

/** Fields that name an event where there is no message, as the Rust SDK's own events do. */
const NAMES_EVENT = 'name';

/**
 * The message of tracing's text formats, and the names of its fields: their values, which may be any text, are not the
 * statement's. `batch lost error=connection reset by peer spans=512` becomes `batch lost error=<*> spans=<*>`.
 */
export function tracingMessage(text: string): string {
  let at = text.indexOf('=');
  if (at < 0) return text;
  let result = '';
  let done = 0;
  for (; at >= 0; at = text.indexOf('=', at + 1)) {
    const start = keyStart(text, at, done);
    if (start < 0) continue;
    if (done === 0) result = text.slice(0, start);
    else result += ' ';
    const end = text.charCodeAt(at + 1) === QUOTE ? quoteEnd(text, at + 2) : at + 1;
    const key = text.slice(start, at);
    result += key === NAMES_EVENT && end > at + 1 ? text.slice(start, end) : `${key}=${WILDCARD}`;
    done = end;
    at = end - 1;
  }
  return done === 0 ? text : result;
}

/** Where the name begins that ends here: at the beginning, or after a space; -1 for what is no name. */
function keyStart(text: string, equals: number, from: number): number {
  let at = equals;
  while (at > from && isName(text.charCodeAt(at - 1))) at--;
  const code = text.charCodeAt(at);
  const isStart = (code >= 97 && code <= 122) || code === 95;
  return isStart &&
    at < equals &&
    (at === 0 || text.charCodeAt(at - 1) === SPACE) &&
    text.charCodeAt(equals + 1) !== EQUALS
    ? at
    : -1;
}

const isName = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95 || code === 46;

function quoteEnd(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 1)) {
    let escapes = 0;
    while (text.charCodeAt(at - 1 - escapes) === 92) escapes++;
    if (escapes % 2 === 0) return at + 1;
  }
  return text.length;
}

/** Before the spans, where they are asked for: `main ThreadId(01) `. */
const THREAD = /^(?:[\w-]{1,40} )?ThreadId\(\d{1,6}\) /;
const SPAN_NAME = /[\w.:-]{1,80}\{/y;

/** Where the spans end, `request{id=7 path="/{id}"}:db{}: `: they are particulars of the record. */
export function spansEnd(text: string): number {
  if (!text.includes('{') && !text.includes('ThreadId(')) return 0;
  let at = THREAD.exec(text.slice(0, 80))?.[0].length ?? 0;
  for (;;) {
    SPAN_NAME.lastIndex = at;
    if (!SPAN_NAME.test(text)) break;
    const close = closingBrace(text, SPAN_NAME.lastIndex);
    if (close < 0 || text.charCodeAt(close + 1) !== COLON) break;
    at = close + 2;
  }
  return text.charCodeAt(at) === SPACE && at > 0 ? at + 1 : at;
}

function closingBrace(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = quoteEnd(text, at + 1) - 1;
    else if (code === OPEN) depth++;
    else if (code === CLOSE && --depth === 0) return at;
  }
  return -1;
}
