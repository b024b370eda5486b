import { maskText } from '#shared/redaction/text.ts';

export const REDACTED = '[redacted]';
/** One code unit of a hidden character while two lines are looked at as one. */
const HIDDEN = '\ue000';
/** How far a secret can reach into the neighbouring line. Characters. */
const REACH = 512;

const WORD_END = /[\w+/=.~-]$/;
const WORD_START = /^[\w+/=.~-]/;
/** What stands before a value that has come to stand on the next line. */
const NAME_AT_END = /(?:[:=]|\b(?:bearer|basic|password|token|secret|key))["' ]{0,3}$/i;
/** A line of base64 of the length that OpenSSL and Go write, alone. */
const PEM_BODY = /^[A-Za-z0-9+/]{60,76}={0,2}$/;

/**
 * The text of a record without its secrets; also without the part of a secret that goes over from the line before or into
 * the line after. What is hidden is put into `secrets`.
 */
export function redactRecord(text: string, before: string, after: string, secrets = new Set<string>()): string {
  const start = before === '' ? 0 : hiddenAtStart(before.slice(-REACH), text.slice(0, REACH));
  const end = after === '' ? 0 : hiddenAtEnd(text.slice(-REACH), after.slice(0, REACH));
  const inner = start + end >= text.length ? '' : text.slice(start, text.length - end);
  return (start > 0 ? REDACTED : '') + redact(inner, secrets) + (end > 0 ? REDACTED : '');
}

/** A name at the end of a line, its value on the next. */
const VALUE_BELOW = /[:=][ \t]{0,40}\n/;

const MOST_SECRETS = 1000;
/** Shorter ones, and words, would be found in everything. */
const isTelling = (secret: string): boolean => secret.length >= 8 && /\d/.test(secret) && !/^\d{1,12}$/.test(secret);

function redact(text: string, secrets: Set<string>): string {
  if (PEM_BODY.test(text)) return REDACTED;
  const mask = (secret: string) => {
    if (secrets.size < MOST_SECRETS && isTelling(secret)) secrets.add(secret);
    return REDACTED;
  };
  const redacted = maskText(text, mask);
  return VALUE_BELOW.test(redacted) ? maskText(redacted, mask, 'lines') : redacted;
}

/** Every way in which two lines may have been one; with the space, a name and its value. */
const joins = (left: string, right: string): string[] => [
  ...(WORD_END.test(left) && WORD_START.test(right) ? [''] : []),
  ...(NAME_AT_END.test(left) ? [' '] : []),
];

function hiddenAtStart(left: string, right: string): number {
  let hidden = 0;
  for (const between of joins(left, right)) {
    const masked = hide(left + between + right);
    const at = left.length + between.length;
    if (masked === undefined || masked[at] !== HIDDEN) continue;
    let end = at;
    while (masked[end] === HIDDEN) end++;
    hidden = Math.max(hidden, end - at);
  }
  return hidden;
}

function hiddenAtEnd(left: string, right: string): number {
  let hidden = 0;
  for (const between of joins(left, right)) {
    const masked = hide(left + between + right);
    // A secret that is whole on its own line is found there.
    if (masked === undefined || masked[left.length + between.length] !== HIDDEN) continue;
    let start = left.length;
    while (start > 0 && masked[start - 1] === HIDDEN) start--;
    hidden = Math.max(hidden, left.length - start);
  }
  return hidden;
}

/** The same text, as long as before; undefined where that is not possible. */
function hide(text: string): string | undefined {
  const masked = maskText(text, (secret) => HIDDEN.repeat(secret.length));
  return masked.length === text.length ? masked : undefined;
}

/** A text without secrets that another record has given away: here they may stand where nothing tells what they are. */
export function withoutKnown(text: string, secrets: ReadonlySet<string>): string {
  let result = text;
  for (const secret of secrets) if (result.includes(secret)) result = result.replaceAll(secret, REDACTED);
  return result;
}
