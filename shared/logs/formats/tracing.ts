import { WILDCARD } from '../templates/masker.ts';

const SPACE = 32;
const QUOTE = 34;
const EQUALS = 61;

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
