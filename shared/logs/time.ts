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
  /** of the last time stamp, for those without a year; at first, of now */
  #year: number;
  #month: number;
  /** no time stamp has been seen so far: the first is not of the future */
  #today: number | undefined;

  constructor(now: number) {
    const date = new Date(now);
    this.#year = date.getUTCFullYear();
    this.#month = date.getUTCMonth();
    this.#today = date.getUTCDate();
  }

  /**
   * `2026-11-25T04:00:00.123456Z`, with a space or `_`, slashes or dots, a comma before the fraction, an offset or none; without
   * signs, `20261125T040000Z`; and with the name of its month, `25/Nov/2026:04:00:00 +0000`, `25 Nov 2026 04:00:00`.
   */
  readDate(text: string, from: number): number {
    this.#text = text;
    if (isDigit(text.charCodeAt(from + 4))) return this.#withoutSigns(from);
    if (isLetter(text.charCodeAt(from + 3))) return this.#dayFirst(from);
    const year = this.#digits(from, 4);
    const dash = text.charCodeAt(from + 4);
    if (Number.isNaN(year) || (dash !== 45 && dash !== 47 && dash !== 46) || text.charCodeAt(from + 7) !== dash)
      return Number.NaN;
    const month = this.#digits(from + 5, 2);
    const day = this.#digits(from + 8, 2);
    const between = text.charCodeAt(from + 10);
    if (between !== 84 && between !== 32 && between !== 95) return Number.NaN;
    return this.#of(year, month, day, this.#clock(from + 11));
  }

  #of(year: number, month: number, day: number, time: number): number {
    if (!(year >= FIRST_YEAR && year <= LAST_YEAR && month >= 1 && month <= 12 && day >= 1 && day <= 31))
      return Number.NaN;
    if (Number.isNaN(time)) return time;
    this.#year = year;
    this.#month = month - 1;
    this.#today = undefined;
    return Date.UTC(year, month - 1, day) + time - this.#zone();
  }

  /** `20261125T040000Z`, `20261125 04:00:00.123` */
  #withoutSigns(from: number): number {
    const between = this.#text.charCodeAt(from + 8);
    if (between !== 84 && between !== 32) return Number.NaN;
    const clock = this.#clock(from + 9);
    const time = Number.isNaN(clock) ? this.#bareClock(from + 9) : clock;
    return this.#of(this.#digits(from, 4), this.#digits(from + 4, 2), this.#digits(from + 6, 2), time);
  }

  /** `25/Nov/2026:04:00:00`, `25-Nov-2026 04:00:00`, `25 Nov 2026 04:00:00` */
  #dayFirst(from: number): number {
    const text = this.#text;
    const sign = text.charCodeAt(from + 2);
    const between = text.charCodeAt(from + 11);
    const month = monthOf(text.slice(from + 3, from + 6));
    if (month === 0 || text.charCodeAt(from + 6) !== sign || !(between === 32 || between === 58)) return Number.NaN;
    return this.#of(this.#digits(from + 7, 4), month, this.#digits(from, 2), this.#clock(from + 12));
  }

  /** klog's `1125 04:00:00.123456`; the year is that of the time stamps around it. */
  readMonthDay(text: string, from: number): number {
    this.#text = text;
    const month = this.#digits(from, 2);
    const day = this.#digits(from + 2, 2);
    if (text.charCodeAt(from + 4) !== 32 || !(month >= 1 && month <= 12 && day >= 1 && day <= 31)) return Number.NaN;
    return this.#withoutYear(month - 1, day, from + 5);
  }

  /**
   * syslog's `Nov 25 04:00:00` and `Nov  5 04:00:00`; with a weekday before and the year after it, as Apache's is; and
   * `Wed, 25 Nov 2026 04:00:00 GMT`
   */
  readMonthName(text: string, begin: number): number {
    this.#text = text;
    if (text.charCodeAt(begin + 3) === 44) return this.#dayFirst(begin + 5);
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

  #withoutYear(month: number, day: number, clock: number): number {
    const time = this.#clock(clock);
    this.#skipUtc();
    const year = this.#text.charCodeAt(this.end) === 32 ? this.#digits(this.end + 1, 4) : Number.NaN;
    if (year >= FIRST_YEAR && year <= LAST_YEAR && !isDigit(this.#text.charCodeAt(this.end + 5))) {
      this.end += 5;
      return Date.UTC(year, month, day) + time;
    }
    if (!Number.isNaN(time)) this.#year += this.#yearsTo(month, day);
    return Date.UTC(this.#year, month, day) + time;
  }

  /** A log goes over the end of a year, and clocks go back a little: half a year to either side is near. */
  #yearsTo(month: number, day: number): number {
    const months = month - this.#month;
    const isTomorrow = months === 1 && day === 1 && (this.#today ?? 0) >= 28;
    const isFuture =
      this.#today !== undefined && !isTomorrow && (months > 0 || (months === 0 && day > this.#today + 1));
    this.#today = undefined;
    this.#month = month;
    if (isFuture || months > 6) return -1;
    return months < -6 ? 1 : 0;
  }

  /** `04:00:00` with a fraction of any length */
  #clock(from: number): number {
    const text = this.#text;
    if (text.charCodeAt(from + 2) !== 58 || text.charCodeAt(from + 5) !== 58) return Number.NaN;
    const time = timeOfDay(this.#digits(from, 2), this.#digits(from + 3, 2), this.#digits(from + 6, 2));
    if (Number.isNaN(time)) return time;
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
    return time + Math.floor(millis + 1e-6);
  }

  /** `040000` */
  #bareClock(from: number): number {
    this.end = from + 6;
    return timeOfDay(this.#digits(from, 2), this.#digits(from + 2, 2), this.#digits(from + 4, 2));
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
    if (sign !== 43 && sign !== 45) {
      this.#skipUtc();
      return 0;
    }
    const hours = this.#digits(at + 1, 2);
    const colon = text.charCodeAt(at + 3) === 58 ? 1 : 0;
    const isShort = text.charCodeAt(at + 3) === 32 || at + 3 === text.length;
    const minutes = isShort ? 0 : this.#digits(at + 3 + colon, 2);
    const end = isShort ? at + 3 : at + 5 + colon;
    if (Number.isNaN(hours) || Number.isNaN(minutes) || isDigit(text.charCodeAt(end))) return 0;
    this.end = end;
    this.#skipUtc();
    return (hours * 60 + minutes) * MINUTE * (sign === 43 ? 1 : -1);
  }

  /** The name of the zone, and Go's reading of the monotonic clock: ` UTC m=+0.017` */
  #skipUtc(): void {
    const { end } = this;
    const code = this.#text.charCodeAt(end + 1);
    if (code !== 71 && code !== 85) return;
    const [name] = /^ (?:UTC|GMT)(?![\w:])(?: m=[+-][\d.]{1,30})?/.exec(this.#text.slice(end, end + 48)) ?? [''];
    this.end += name.length;
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

const timeOfDay = (hour: number, minute: number, second: number): number =>
  hour < 24 && minute < 60 && second <= 60 ? ((hour * 60 + minute) * 60 + second) * 1000 : Number.NaN;

const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isLetter = (code: number): boolean => code >= 65 && code <= 122;

/** Seconds, milliseconds, micro- or nanoseconds since 1970, whatever the logger counts in. */
export function epochMillis(value: number): number {
  const scale = [1000, 1, 1e-3, 1e-6].find((factor) => value * factor >= 1e11 && value * factor < 7.3e12);
  return scale === undefined ? Number.NaN : Math.floor(value * scale);
}
