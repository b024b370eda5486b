import {
  BACKSLASH,
  COLON,
  DIGIT,
  HEX_LETTER,
  isBetweenValues,
  kindOf,
  LETTER,
  SEPARATOR,
  SLASH,
  UPPER,
} from './characters.ts';
import { isColonValue, isUnit, isValue } from './values.ts';

export const WILDCARD = '<*>';

/** What identifies a statement stands at the beginning of its message; the rest is data. Characters. */
const LOOKED_AT = 1024;

const SPACE = 32;
const OPEN = 40;
const CLOSE = 41;
const [PRIME_A, PRIME_B] = [0x01000193, 0x85ebca6b];

/**
 * Finds the values in a message in one pass over its characters. What it leaves are the places of the values, and a hash
 * of 64 bits of the message without them: most messages have been seen before, and then no text has to be made at all.
 *
 * Beyond the values themselves: neighbouring values are one (lists of any length), a number takes its unit with it, and
 * the same quantity said again in brackets, `1165 bytes (1.13 KB)`, is left out.
 */
export class Masker {
  a = 0;
  b = 0;
  /** hash of the numbers that may be a status of HTTP or of the system: `429` */
  codes = 0;
  /** begin and end of each value */
  readonly places: number[] = [];
  #text = '';
  /** the hash after the last value; while `#open`, only what separates values of a list has come since */
  #afterA = 0;
  #afterB = 0;
  #open = false;
  /** the hash before a bracket that may repeat a quantity, and the place it continues */
  #beforeA = 0;
  #beforeB = 0;
  #bracket: 'none' | 'opened' | 'filled' = 'none';

  readonly #most: number;

  constructor(most = LOOKED_AT) {
    this.#most = most;
  }

  scan(text: string): void {
    this.#text = text;
    this.a = 0x811c9dc5 | 0;
    this.b = 0x9e3779b9 | 0;
    this.places.length = 0;
    this.codes = 0;
    this.#open = false;
    this.#bracket = 'none';
    const length = Math.min(text.length, this.#most);
    let at = 0;
    while (at < length) {
      const code = text.charCodeAt(at);
      if (kindOf(code) !== SEPARATOR || this.#comparesNumber(code, at)) at = this.#word(at, length);
      else at = this.#separator(code, at, length);
    }
  }

  /** The message with its values replaced. */
  masked(): string {
    const { places } = this;
    const text = this.#text.slice(0, this.#most);
    let result = '';
    let done = 0;
    for (let index = 0; index < places.length; index += 2) {
      result += text.slice(done, places[index]) + WILDCARD;
      done = places[index + 1] ?? done;
    }
    return (result + text.slice(done)).replace(/\s+/g, ' ');
  }

  #mix(code: number): void {
    this.a = Math.imul(this.a ^ code, PRIME_A);
    this.b = Math.imul(this.b + code, PRIME_B) ^ (this.b >>> 15);
  }

  /** `<1 sec`, `~5 ms` */
  #comparesNumber(code: number, at: number): boolean {
    if (code !== 60 && code !== 62) return false;
    const next = this.#text.charCodeAt(at + 1);
    return next >= 48 && next <= 57 && (at === 0 || this.#text.charCodeAt(at - 1) === SPACE);
  }

  #separator(code: number, at: number, length: number): number {
    if (code <= SPACE) {
      let next = at + 1;
      while (next < length && this.#text.charCodeAt(next) <= SPACE) next++;
      this.#mix(SPACE);
      return next;
    }
    if (code === OPEN && this.#open && this.#lastEnd() === at - 1) {
      this.#bracket = 'opened';
      this.#beforeA = this.#afterA;
      this.#beforeB = this.#afterB;
    } else if (code === CLOSE && this.#bracket === 'filled' && this.#lastEnd() === at) {
      this.places.length -= 2;
      this.#extend(at + 1, this.#beforeA, this.#beforeB);
      this.#bracket = 'none';
      return at + 1;
    } else if (this.#bracket !== 'none') this.#bracket = 'none';
    this.#mix(code);
    if (!isBetweenValues(code)) this.#open = false;
    return at + 1;
  }

  #word(start: number, length: number): number {
    const text = this.#text;
    const { a: beforeA, b: beforeB } = this;
    let [a, b, bits, digits] = [beforeA, beforeB, 0, 0];
    let end = start;
    do {
      const code = text.charCodeAt(end);
      const kind = kindOf(code);
      if (kind === SEPARATOR && end > start) break;
      bits |= kind;
      if (kind === DIGIT) digits++;
      // #mix, in the one loop that runs for every character
      a = Math.imul(a ^ code, PRIME_A);
      b = Math.imul(b + code, PRIME_B) ^ (b >>> 15);
      end++;
    } while (end < length);
    this.a = a;
    this.b = b;
    if (digits === 0 && (bits & LETTER) !== 0 && (bits & ~(LETTER | HEX_LETTER | UPPER)) === 0) {
      this.#literal(start, end);
      return end;
    }
    if ((bits & (LETTER | HEX_LETTER | DIGIT)) === 0) {
      if (this.#open && isMissing(text, start, end)) this.#extend(end, this.#afterA, this.#afterB);
      else if (end - start > 1) this.#open = false;
      return end;
    }
    this.#judge(start, end, bits & ~SEPARATOR, digits, beforeA, beforeB);
    return (bits & (COLON | SLASH)) === (COLON | SLASH) ? this.#restOfUrl(start, end, length) : end;
  }

  /** A word with more than letters in it; `a` and `b` are the hash before it. */
  #judge(start: number, end: number, bits: number, digits: number, a: number, b: number): void {
    const text = this.#text;
    let from = start;
    let to = end;
    while (to > from && isTrailing(text.charCodeAt(to - 1))) to--;
    while (from < to && isLeading(text.charCodeAt(from), text.charCodeAt(from + 1))) from++;
    if ((bits & (LETTER | HEX_LETTER)) === 0) {
      this.#whole(start, from, to, end, a, b);
      return;
    }
    const word = text.slice(from, to);
    const colon = (bits & (COLON | BACKSLASH)) === COLON && word.includes(':');
    if (colon && !word.includes('://') && !isColonValue(word, bits)) {
      if (digits > 0 || /[./@\\]/.test(word)) this.#parts(start, from, to, end, a, b);
      else this.#literal(start, end);
      return;
    }
    if (word.includes('://') || isValue(word, bits, digits)) this.#whole(start, from, to, end, a, b);
    else this.#literal(start, end);
  }

  #whole(start: number, from: number, to: number, end: number, a: number, b: number): void {
    this.a = a;
    this.b = b;
    this.#copy(start, from);
    this.#value(from, to);
    this.#copy(to, end);
  }

  /** `name:value`, `host:port`: each part by itself. */
  #parts(start: number, from: number, to: number, end: number, a: number, b: number): void {
    this.a = a;
    this.b = b;
    this.#copy(start, from);
    let at = from;
    while (at < to) {
      const colon = this.#text.indexOf(':', at);
      const stop = colon < 0 || colon > to ? to : colon;
      if (stop > at) this.#part(at, stop);
      if (stop < to) this.#mix(58);
      at = stop + 1;
    }
    this.#copy(to, end);
  }

  #part(start: number, end: number): void {
    let bits = 0;
    let digits = 0;
    for (let at = start; at < end; at++) {
      const kind = kindOf(this.#text.charCodeAt(at));
      bits |= kind;
      if (kind === DIGIT) digits++;
    }
    if (isValue(this.#text.slice(start, end), bits, digits)) this.#value(start, end);
    else {
      this.#copy(start, end);
      this.#open = false;
    }
  }

  /** Query strings hold characters that end a word elsewhere. */
  #restOfUrl(start: number, end: number, length: number): number {
    if (!this.#text.slice(start, end).includes('://') || this.#lastEnd() < end - 1) return end;
    let stop = end;
    while (stop < length && !/[\s"'<>`,)\]}]/.test(this.#text[stop] ?? ' ')) stop++;
    if (stop > end) this.#extend(stop, this.#afterA, this.#afterB);
    return stop;
  }

  #copy(from: number, to: number): void {
    for (let at = from; at < to; at++) this.#mix(this.#text.charCodeAt(at));
  }

  #lastEnd(): number {
    return this.places.at(-1) ?? -1;
  }

  #literal(start: number, end: number): void {
    if (this.#open && start - this.#lastEnd() <= 1 && end - start <= 7 && isUnit(this.#text.slice(start, end))) {
      this.#extend(end, this.#afterA, this.#afterB);
    } else {
      this.#open = false;
      this.#bracket = 'none';
    }
  }

  #value(from: number, to: number): void {
    if (this.#bracket === 'opened') this.#bracket = 'filled';
    if (to - from === 3) this.#code(from);
    if (this.#open) {
      this.#extend(to, this.#afterA, this.#afterB);
      return;
    }
    this.#mix(0x2a);
    this.#mix(0x3e8);
    this.places.push(from, to);
    this.#afterA = this.a;
    this.#afterB = this.b;
    this.#open = true;
  }

  #code(from: number): void {
    const text = this.#text;
    for (let at = from; at < from + 3; at++) if (kindOf(text.charCodeAt(at)) !== DIGIT) return;
    const first = text.charCodeAt(from) - 48;
    if (first !== 1 && first !== 4 && first !== 5) return;
    this.codes = Math.imul(
      this.codes + first * 100 + text.charCodeAt(from + 1) * 10 + text.charCodeAt(from + 2),
      PRIME_B,
    );
  }

  /** The last value goes on to here. */
  #extend(to: number, a: number, b: number): void {
    this.a = a;
    this.b = b;
    this.#afterA = a;
    this.#afterB = b;
    this.#open = true;
    this.places[this.places.length - 1] = to;
  }
}

/** `3552 **** 3515`: a value that was not to be had */
const isMissing = (text: string, start: number, end: number): boolean =>
  end - start > 1 && /^\*+$/.test(text.slice(start, end));

/** `.` `:` `-` at the end belong to the sentence. */
const isTrailing = (code: number): boolean => code === 46 || code === 58 || code === 45;

/** `#5`, `@0x7f`, `*name*`; a sign belongs to its number. */
const isLeading = (code: number, next: number): boolean => {
  if (code === 45 || code === 43) return !(next >= 48 && next <= 57);
  return code === 64 || code === 35 || code === 42 || code === 36 || code === 58 || code === 126 || code === 37;
};
