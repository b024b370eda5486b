import { maskText } from '#shared/redaction/text.ts';

export const REDACTED = '[redacted]';
/** One code unit of a hidden character while two lines are looked at as one. */
const HIDDEN = '\ue000';
/** How far a secret can reach into the neighbouring line. Characters. */
const REACH = 512;

/** What stands before a value that has come to stand on the next line. */
const NAME_AT_END = /(?:[:=]|\b(?:bearer|basic|password|token|secret|key))["'\\ ]{0,4}$/i;
/** How much of a name may have come to stand before its value. Characters. */
const NAME_REST = 24;
/** A line of base64 of the length that OpenSSL and Go write, alone. */
const PEM_BODY = /^[A-Za-z0-9+/]{60,76}={0,2}$/;
/** The same behind the head of a logger; a digest in hex has letters of one case. */
const PEM_MESSAGE =
  /(?<=[:\]|\t] ?)(?=[^A-Z]{0,76}[A-Z])(?=[^a-z]{0,76}[a-z])(?=\D{0,76}\d)[A-Za-z0-9+/]{60,76}={0,2}$/;

/**
 * The text of a record without its secrets; also without the part of a secret that goes over from the line before or into
 * the line after. What is hidden is put into `secrets`.
 */
export function redactRecord(text: string, before: string, after: string, secrets = new Set<string>()): string {
  const start = before === '' ? NOTHING : hiddenAtStart(before.slice(-REACH), text.slice(0, REACH));
  const end = after === '' ? 0 : hiddenAtEnd(text.slice(-REACH), after.slice(0, REACH));
  const inner = start.to + end >= text.length ? '' : text.slice(start.to, text.length - end);
  return (
    (start.to > 0 ? text.slice(0, start.from) + REDACTED : '') + redact(inner, secrets) + (end > 0 ? REDACTED : '')
  );
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
  const redacted = maskText(text.replace(PEM_MESSAGE, REDACTED), mask);
  return VALUE_BELOW.test(redacted) ? maskText(redacted, mask, 'lines') : redacted;
}

/** Every way in which two lines may have been one; with the space, a name and its value. */
const joins = (left: string): string[] => ['', ...(NAME_AT_END.test(left) ? [' '] : [])];

/** Characters of a text, `to` exclusive. */
interface Span {
  from: number;
  to: number;
}

const NOTHING: Span = { from: 0, to: 0 };

/** What of the right line is a secret to who knows the left one: from its start, or behind the rest of a name. */
function hiddenAtStart(left: string, right: string): Span {
  let hidden = NOTHING;
  for (const between of joins(left)) {
    const seam = left.length + between.length;
    const masked = hide(left + between + right);
    const from = masked?.indexOf(HIDDEN, seam) ?? -1;
    if (masked === undefined || from < 0 || from - seam > NAME_REST) continue;
    let to = from;
    // A user and its password are two.
    while (masked[to] === HIDDEN || (masked[to] === ':' && masked[to + 1] === HIDDEN)) to++;
    // Below a name that only stands there, a word or a count is none; what its own line gives away is found there.
    if (from > seam && (!isTelling(right.slice(from - seam, to - seam)) || hide(right)?.[from - seam] === HIDDEN))
      continue;
    if (to - seam > hidden.to) hidden = { from: from - seam, to: to - seam };
  }
  return hidden;
}

function hiddenAtEnd(left: string, right: string): number {
  let hidden = 0;
  for (const between of joins(left)) {
    const masked = hide(left + between + right);
    if (masked?.[left.length - 1] !== HIDDEN) continue;
    // A secret that is whole on its own line is found there.
    if (masked[left.length + between.length] !== HIDDEN && hide(left)?.at(-1) === HIDDEN) continue;
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
