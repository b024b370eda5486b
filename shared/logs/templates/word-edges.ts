import { isDigit } from './characters.ts';

/** Where the word ends without `.` `:` `-`, which belong to the sentence. */
export function withoutTrailing(text: string, start: number, end: number): number {
  let to = end;
  while (to > start && isTrailing(text.charCodeAt(to - 1))) to--;
  return to;
}

/** Where the word begins without the marks before it: `#5`, `@0x7f`, `*name*`; a sign belongs to its number. */
export function withoutLeading(text: string, start: number, to: number): number {
  let from = start;
  while (from < to && isLeading(text.charCodeAt(from), text.charCodeAt(from + 1))) from++;
  return from;
}

const isTrailing = (code: number): boolean => code === 46 || code === 58 || code === 45;

const isLeading = (code: number, next: number): boolean => {
  if (code === 45 || code === 43) return !isDigit(next);
  return code === 64 || code === 35 || code === 42 || code === 36 || code === 58 || code === 126 || code === 37;
};

/** `<1 sec`, `>5 ms` */
export function comparesNumber(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code !== 60 && code !== 62) return false;
  return isDigit(text.charCodeAt(at + 1)) && (at === 0 || text.charCodeAt(at - 1) === 32);
}

const LONGEST_IN_BRACKETS = 64;

/** Query strings hold characters that end a word elsewhere; an IPv6 address, and what is redacted, stands in brackets. */
export function endOfUrl(text: string, from: number, length: number): number {
  let stop = from;
  while (stop < length) {
    const char = text[stop] ?? ' ';
    const closed = char === '[' ? text.slice(stop, stop + LONGEST_IN_BRACKETS).indexOf(']') : -1;
    if (closed < 0 && /[\s"'<>`,)\]}]/.test(char)) break;
    stop += closed < 0 ? 1 : closed + 1;
  }
  return Math.min(stop, length);
}

/** The number of three digits here if it may be a status of HTTP or of the system, else 0. */
export function statusAt(text: string, from: number): number {
  for (let at = from; at < from + 3; at++) if (!isDigit(text.charCodeAt(at))) return 0;
  const status = Number(text.slice(from, from + 3));
  return (status >= 100 && status < 200) || (status >= 400 && status < 600) ? status : 0;
}
