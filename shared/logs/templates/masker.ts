import { Beginning } from './beginning.ts';
import {
  BACKSLASH,
  COLON,
  DIGIT,
  HEX_LETTER,
  isBetweenValues,
  isDigit,
  kindOf,
  LETTER,
  SEPARATOR,
  SLASH,
  UPPER,
} from './characters.ts';
import { goesOn, isColonValue, isOfCalendar, isValue, stemOf } from './values.ts';
import { withWildcards } from './wildcard.ts';
import { comparesNumber, endOfUrl, statusAt, withoutLeading, withoutTrailing } from './word-edges.ts';

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
 * Beyond the values themselves: neighbouring values are one (lists of any length), so are names with one stem and a number
 * each; a number takes its unit with it, or the words of its date; and the same quantity said again in brackets,
 * `2048 bytes (2.0 KiB)`, is left out.
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
  /** the last value ends in a number, which can have a unit */
  #number = false;
  /** of the last word, if it is a name with a number */
  #stem = '';
  readonly #beginning = new Beginning();
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
    this.#closeList();
    this.#bracket = 'none';
    const length = Math.min(text.length, this.#most);
    let at = 0;
    while (at < length) {
      const code = text.charCodeAt(at);
      const isWord = kindOf(code) !== SEPARATOR || comparesNumber(text, at);
      at = isWord ? this.#word(at, length) : this.#separator(code, at, length);
    }
  }

  /** The message with its values replaced. */
  masked(): string {
    return withWildcards(this.#text.slice(0, this.#most), this.places);
  }

  #mix(code: number): void {
    this.a = Math.imul(this.a ^ code, PRIME_A);
    this.b = Math.imul(this.b + code, PRIME_B) ^ (this.b >>> 15);
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
    } else if (code === CLOSE && this.#repeats(at)) {
      const number = this.#number;
      this.#extend(at + 1, this.#beforeA, this.#beforeB);
      this.#number = number;
      this.#bracket = 'none';
      return at + 1;
    } else if (this.#bracket !== 'none') this.#bracket = 'none';
    this.#mix(code);
    if (!isBetweenValues(code)) this.#closeList();
    return at + 1;
  }

  /** Is in the bracket that ends here but one value, or none where there could be one: `10.0.0.1 ()`? */
  #repeats(at: number): boolean {
    if (this.#bracket === 'opened') return this.#text.charCodeAt(at - 1) === OPEN;
    if (this.#bracket === 'none' || this.#lastEnd() !== at) return false;
    this.places.length -= 2;
    return true;
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
      this.#literal(start, end, beforeA, beforeB);
      return end;
    }
    if ((bits & (LETTER | HEX_LETTER | DIGIT)) === 0) {
      if (end - start > 1) this.#closeList();
      return end;
    }
    this.#judge(start, end, bits & ~SEPARATOR, digits, beforeA, beforeB);
    return (bits & (COLON | SLASH)) === (COLON | SLASH) ? this.#restOfUrl(start, end, length) : end;
  }

  /** A word with more than letters in it; `a` and `b` are the hash before it. */
  #judge(start: number, end: number, bits: number, digits: number, a: number, b: number): void {
    const text = this.#text;
    const to = withoutTrailing(text, start, end);
    const from = withoutLeading(text, start, to);
    const word = text.slice(from, to);
    const isNumber = (bits & (LETTER | HEX_LETTER)) === 0;
    const stem = digits === 0 || isNumber ? '' : stemOf(word);
    const again = stem !== '' && stem === this.#stem && (this.#open || this.#beginning.kind === 'name');
    this.#stem = stem;
    if (!again && this.#beginning.kind === 'name') this.#beginning.forget();
    if (isNumber) {
      this.#whole(start, from, to, end, a, b);
      this.#number = true;
      return;
    }
    const colon = (bits & (COLON | BACKSLASH)) === COLON && word.includes(':');
    if (colon && !word.includes('://') && !isColonValue(word, bits)) {
      if (digits > 0 || /[./@\\]/.test(word)) this.#parts(start, from, to, end, a, b);
      else this.#literal(start, end, a, b);
      return;
    }
    if (again || word.includes('://') || isValue(word, bits, digits)) {
      this.#whole(start, from, to, end, a, b);
    } else if (stem === '') this.#literal(start, end, a, b);
    else this.#name(start, a, b);
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
      this.#closeList();
    }
  }

  /** Query strings hold characters that end a word elsewhere. */
  #restOfUrl(start: number, end: number, length: number): number {
    if (!this.#text.slice(start, end).includes('://') || this.#lastEnd() < end - 1) return end;
    const stop = endOfUrl(this.#text, end, length);
    if (stop > end) this.#extend(stop, this.#afterA, this.#afterB);
    return stop;
  }

  #copy(from: number, to: number): void {
    for (let at = from; at < to; at++) this.#mix(this.#text.charCodeAt(at));
  }

  #lastEnd(): number {
    return this.places.at(-1) ?? -1;
  }

  #literal(start: number, end: number, a: number, b: number): void {
    const code = this.#text.charCodeAt(start);
    if (this.#open && this.#number && start - this.#lastEnd() <= 1 && goesOn(this.#text.slice(start, end))) {
      this.#extend(end, this.#afterA, this.#afterB);
      return;
    }
    this.#bracket = 'none';
    if (code >= 65 && code <= 90 && isOfCalendar(this.#text.slice(start, end))) {
      if (this.#beginning.kind !== 'date') this.#begin('date', start, a, b);
      this.#open = false;
    } else this.#closeList();
  }

  /** A name that may be the first of a list. */
  #name(start: number, a: number, b: number): void {
    this.#bracket = 'none';
    this.#begin('name', start, a, b);
    this.#open = false;
  }

  #begin(kind: 'date' | 'name', from: number, a: number, b: number): void {
    this.#beginning.set(kind, { from, a, b, inList: this.#open });
  }

  #closeList(): void {
    this.#open = false;
    this.#beginning.forget();
  }

  #value(from: number, to: number): void {
    if (this.#bracket === 'opened') this.#bracket = 'filled';
    const status = to - from === 3 ? statusAt(this.#text, from) : 0;
    if (status > 0) this.codes = Math.imul(this.codes + status, PRIME_B);
    const beginning = this.#takeBeginning(from);
    if (this.#open || beginning?.inList) {
      this.#extend(to, this.#afterA, this.#afterB);
      return;
    }
    if (beginning) [this.a, this.b] = [beginning.a, beginning.b];
    this.#mix(0x2a);
    this.#mix(0x3e8);
    this.places.push(beginning?.from ?? from, to);
    this.#afterA = this.a;
    this.#afterB = this.b;
    this.#open = true;
    this.#number = false;
  }

  #takeBeginning(from: number): Beginning | undefined {
    const beginning = this.#beginning;
    const { kind } = beginning;
    if (kind === 'none') return undefined;
    beginning.forget();
    return kind === 'name' || isDigit(this.#text.charCodeAt(from)) ? beginning : undefined;
  }

  /** The last value goes on to here. */
  #extend(to: number, a: number, b: number): void {
    this.a = a;
    this.b = b;
    this.#afterA = a;
    this.#afterB = b;
    this.#open = true;
    this.#number = false;
    this.places[this.places.length - 1] = to;
  }
}
