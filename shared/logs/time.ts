const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** `Nov` is 11; 0 for what is no month */
export const monthOf = (name: string): number => MONTHS.indexOf(name) + 1;

const MINUTE = 60_000;

/** Years that a log can be of: other numbers are no time. */
const [FIRST_YEAR, LAST_YEAR] = [1971, 2200];

/**
 * Reads the time stamp at a place of a text, by hand: every line has one. `read*` return milliseconds since 1970, or NaN;
 * `end` is where the time stamp ends. No zone means UTC.
 */
export class TimeReader {
  end = 0;
  #text = '';
  /** for time stamps without a year; from the last one that had one */
  #year: number;
  #month = 11;

  constructor(now: number) {
    const date = new Date(now);
    this.#year = date.getUTCFullYear();
    this.#month = date.getUTCMonth();
  }

  /** `2026-11-25T04:00:00.123456Z`, with a space or `_`, slashes, a comma before the fraction, an offset or none. */
  readDate(text: string, from: number): number {
    this.#text = text;
    const year = this.#digits(from, 4);
    const dash = text.charCodeAt(from + 4);
    if (Number.isNaN(year) || (dash !== 45 && dash !== 47) || text.charCodeAt(from + 7) !== dash) return Number.NaN;
    const month = this.#digits(from + 5, 2);
    const day = this.#digits(from + 8, 2);
    const between = text.charCodeAt(from + 10);
    if (between !== 84 && between !== 32 && between !== 95) return Number.NaN;
    const time = this.#clock(from + 11);
    if (!(year >= FIRST_YEAR && year <= LAST_YEAR && month >= 1 && month <= 12 && day >= 1 && day <= 31))
      return Number.NaN;
    this.#year = year;
    this.#month = month - 1;
    return Date.UTC(year, month - 1, day) + time - this.#zone();
  }

  /** klog's `1125 04:00:00.123456`; the year is that of the time stamps around it. */
  readMonthDay(text: string, from: number): number {
    this.#text = text;
    const month = this.#digits(from, 2);
    const day = this.#digits(from + 2, 2);
    if (text.charCodeAt(from + 4) !== 32 || !(month >= 1 && month <= 12 && day >= 1 && day <= 31)) return Number.NaN;
    return this.#withoutYear(month - 1, day, from + 5);
  }

  /** syslog's `Nov 25 04:00:00` and `Nov  5 04:00:00`; with a weekday before and the year after it, as Apache's is */
  readMonthName(text: string, begin: number): number {
    this.#text = text;
    const from = text.charCodeAt(begin + 3) === 32 && monthOf(text.slice(begin + 4, begin + 7)) > 0 ? begin + 4 : begin;
    const month = monthOf(text.slice(from, from + 3)) - 1;
    if (month < 0 || text.charCodeAt(from + 3) !== 32) return Number.NaN;
    const wide = text.charCodeAt(from + 4) === 32;
    const day = wide ? this.#digits(from + 5, 1) : this.#digits(from + 4, 2);
    if (!(day >= 1 && day <= 31) || text.charCodeAt(from + 6) !== 32) return Number.NaN;
    return this.#withoutYear(month, day, from + 7);
  }

  /** A time without a date, `04:00:00.123`: only where it ends is of use. */
  readClock(text: string, from: number): boolean {
    this.#text = text;
    return !Number.isNaN(this.#clock(from));
  }

  /** A file that goes over the end of a year begins in the year before. */
  #withoutYear(month: number, day: number, clock: number): number {
    const time = this.#clock(clock);
    const year = this.#text.charCodeAt(this.end) === 32 ? this.#digits(this.end + 1, 4) : Number.NaN;
    if (year >= FIRST_YEAR && year <= LAST_YEAR && !isDigit(this.#text.charCodeAt(this.end + 5))) {
      this.end += 5;
      return Date.UTC(year, month, day) + time;
    }
    return Date.UTC(month > this.#month + 1 ? this.#year - 1 : this.#year, month, day) + time;
  }

  /** `04:00:00` with a fraction of any length */
  #clock(from: number): number {
    const text = this.#text;
    const hour = this.#digits(from, 2);
    const minute = this.#digits(from + 3, 2);
    const second = this.#digits(from + 6, 2);
    if (text.charCodeAt(from + 2) !== 58 || text.charCodeAt(from + 5) !== 58) return Number.NaN;
    if (!(hour < 24 && minute < 60 && second <= 60)) return Number.NaN;
    let at = from + 8;
    let millis = 0;
    const point = text.charCodeAt(at);
    if ((point === 46 || point === 44) && isDigit(text.charCodeAt(at + 1))) {
      let worth = 100;
      for (at++; isDigit(text.charCodeAt(at)); at++) {
        millis += (text.charCodeAt(at) - 48) * worth;
        worth /= 10;
      }
    }
    this.end = at;
    return ((hour * 60 + minute) * 60 + second) * 1000 + Math.floor(millis + 1e-6);
  }

  /** Milliseconds east of UTC */
  #zone(): number {
    const text = this.#text;
    const code = text.charCodeAt(this.end);
    if (code === 90) {
      this.end++;
      return 0;
    }
    const at = code === 32 ? this.end + 1 : this.end;
    const sign = text.charCodeAt(at);
    if (sign !== 43 && sign !== 45) return 0;
    const hours = this.#digits(at + 1, 2);
    const colon = text.charCodeAt(at + 3) === 58 ? 1 : 0;
    const minutes = this.#digits(at + 3 + colon, 2);
    if (Number.isNaN(hours) || Number.isNaN(minutes) || isDigit(text.charCodeAt(at + 5 + colon))) return 0;
    this.end = at + 5 + colon;
    return (hours * 60 + minutes) * MINUTE * (sign === 43 ? 1 : -1);
  }

  #digits(from: number, count: number): number {
    let value = 0;
    for (let at = from; at < from + count; at++) {
      const code = this.#text.charCodeAt(at);
      if (!isDigit(code)) return Number.NaN;
      value = value * 10 + code - 48;
    }
    return value;
  }
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/** Seconds, milliseconds, micro- or nanoseconds since 1970, whatever the logger counts in. */
export function epochMillis(value: number): number {
  const scale = [1000, 1, 1e-3, 1e-6].find((factor) => value * factor >= 1e11 && value * factor < 7.3e12);
  return scale === undefined ? Number.NaN : Math.floor(value * scale);
}
