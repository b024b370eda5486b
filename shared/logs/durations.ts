/** One number with a unit of time; in milliseconds. */
const UNIT_MS: Record<string, number> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  msec: 1,
  msecs: 1,
  millis: 1,
  millisecond: 1,
  milliseconds: 1,
  s: 1000,
  sec: 1000,
  secs: 1000,
  second: 1000,
  seconds: 1000,
  m: 60_000,
  min: 60_000,
  mins: 60_000,
  minute: 60_000,
  minutes: 60_000,
  h: 3_600_000,
  hour: 3_600_000,
  hours: 3_600_000,
};

const AMOUNT = '\\d{1,12}(?:\\.\\d{1,9})?';
const UNIT = '(?:milliseconds?|millis|msecs?|ms|ns|us|µs|μs|seconds?|secs?|s|minutes?|mins?|m|hours?|h)';
/** `1.5s`, `1500 ms`, Go's `1m2.5s` */
const DURATION = `(?<![\\w.])${AMOUNT} ?${UNIT}(?:${AMOUNT}${UNIT}){0,2}(?![\\w])`;

/** Names of fields that say how long one operation took, with the unit in the name or in the value. */
const FIELD =
  /^(?:(?:\w{1,40}[._-])?(?:duration|elapsed|latency|took|rtt|(?:response|request|execution|query|processing|handling|total|process|run|upstream_response|export|flush|exec)[._-]?time|time[._-]?(?:taken|spent|elapsed|busy|idle)|time\.busy|cost))(?:[._-]?in)?(?:[._-]?(ns|us|ms|millis|milliseconds|msec|s|sec|secs|seconds|nanos|micros))?$/i;

const SUFFIX_MS: Record<string, number> = {
  ns: 1e-6,
  nanos: 1e-6,
  us: 1e-3,
  micros: 1e-3,
  ms: 1,
  msec: 1,
  millis: 1,
  milliseconds: 1,
  s: 1000,
  sec: 1000,
  secs: 1000,
  seconds: 1000,
};

/** What a limit or a plan is called, not what happened. */
const NO_OPERATION =
  /timeout|interval|delay|ttl|uptime|threshold|deadline|backoff|retry|period|max|min|limit|expir|lifetime|keepalive|grace|lease|age|budget|idle|expected|allowed|schedule/i;

/** How many milliseconds one of a field is: NaN where the value says its unit itself, undefined where it is no duration. */
function factorOf(name: string): number | undefined {
  const match = FIELD.exec(camelToSnake(name));
  if (!match || NO_OPERATION.test(name)) return undefined;
  return match[1] === undefined ? Number.NaN : SUFFIX_MS[match[1].toLowerCase()];
}

const FACTORS = new Map<string, number | undefined>();
/** The same few names come with every record. */
const MOST_NAMES = 2048;

function knownFactor(name: string): number | undefined {
  if (FACTORS.has(name)) return FACTORS.get(name);
  const factor = factorOf(name);
  if (FACTORS.size >= MOST_NAMES) FACTORS.clear();
  FACTORS.set(name, factor);
  return factor;
}

/**
 * Milliseconds that a field of a structured record says that something took; undefined where it says no such thing.
 * `unit` is the logger's, in milliseconds, for numbers under names that have none.
 */
export function fieldDuration(name: string, value: unknown, unit = Number.NaN): number | undefined {
  const factor = knownFactor(name);
  if (factor === undefined) return undefined;
  if (typeof value === 'number') {
    const scale = Number.isNaN(factor) ? unit : factor;
    return Number.isNaN(scale) ? undefined : value * scale;
  }
  if (typeof value !== 'string') return undefined;
  if (!Number.isNaN(factor) && /^\d{1,15}(?:\.\d{1,12})?$/.test(value)) return Number(value) * factor;
  return parseDuration(value);
}

const camelToSnake = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, '$1_$2');

const WHOLE = new RegExp(`^${DURATION}$`);
const PARTS = new RegExp(`(${AMOUNT}) ?(${UNIT})`, 'g');

/** `1.5s` or `1m2s` in milliseconds */
function parseDuration(text: string): number | undefined {
  if (!WHOLE.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit = ''] of text.matchAll(PARTS)) total += Number(amount) * (UNIT_MS[unit] ?? 0);
  return total;
}

const EVERY = new RegExp(DURATION, 'g');
/** How far back the words are looked for that say what a duration is of. Characters. */
const CONTEXT = 60;
const OPERATION = [
  /\b(?:took|taken|elapsed|spent|duration|latency|lasted|cost)(?: time)?(?: of| is| was|:)?[ (]{1,2}$/i,
  /\b(?:finished|completed?|done|processed|executed|returned|responded|response|handled|served|loaded|started|built|exported|flushed|sent|received|compiled|ran|succeeded|failed|ready|rendered|synced|initiali[sz]ed|stopped|fetched|query|request)\b[^.;]{0,30} in $/i,
  /\b(?:completed|finished|succeeded|failed|returned|done) after $/i,
  /\bslow\b[^=:]{0,50}[: (]{1,2}$/i,
  /\btotal time:? $/i,
  // an access log: status, perhaps the length, duration
  /[" |][1-5]\d\d[ |]{1,8}(?:\d{1,12} )?$/,
];
const LIMIT =
  /(?:timed out|time out|expected|maximum|minimum|max|min|allowed|configured|retry\w*|again|expires?|threshold)\W{0,3}(?:\w{1,12}\W{0,3})?$/i;
const KEY = /([A-Za-z][\w.-]{0,50})["']?(?:=|: ?)["'(]?$/;
const PLAIN_FIELD = /([A-Za-z][\w.-]{0,50})["']?(?:=|: ?)["']?(\d{1,15}(?:\.\d{1,9})?)(?![\w.])/g;

/** A text without one of these states no duration of anything. */
const HINT =
  /took|taken|elapsed|spent|duration|latency|lasted|cost|slow|time|rtt|busy| in \d| after \d|[\d.] ?(?:[mnuµμ]?s|min|sec|h)/i;

/** The duration of an operation in a text. */
export interface Stated {
  ms: number;
  /** what stands right before its number */
  before: string;
  /** milliseconds of one, where the name of the field is what gives the unit */
  factor: number | undefined;
}

/** Every duration of an operation that a text states. */
export function statedDurations(text: string): Stated[] {
  const stated: Stated[] = [];
  if (!HINT.test(text)) return stated;
  const note = (ms: number | undefined, at: number, factor?: number) => {
    if (ms !== undefined) stated.push({ ms, before: text.slice(Math.max(0, at - MARKER), at), factor });
  };
  for (const { 0: amount, index } of text.matchAll(EVERY)) {
    const before = text.slice(Math.max(0, index - CONTEXT), index);
    const [, key] = KEY.exec(before) ?? [];
    const ofField = key === undefined ? undefined : fieldDuration(key, amount);
    if (ofField !== undefined) note(ofField, index);
    else if (!LIMIT.test(before) && OPERATION.some((words) => words.test(before))) note(parseDuration(amount), index);
  }
  for (const { 0: whole, 1: key = '', 2: amount = '', index } of text.matchAll(PLAIN_FIELD)) {
    note(fieldDuration(key, Number(amount)), index + whole.length - amount.length, knownFactor(key));
  }
  return stated;
}

/** So much before a number is enough to find it again in a record of the same statement. Characters. */
const MARKER = 16;

/** Where the records of one statement state a duration; finding it there costs little. */
export interface DurationPlace {
  marker: string;
  factor: number | undefined;
}

/** Learned from one record: undefined where none is stated, no place where it cannot be found again for sure. */
export function durationPlace(text: string): DurationPlace | 'anywhere' | undefined {
  const [first, ...others] = statedDurations(text);
  if (!first) return undefined;
  const marker = first.before.replace(/^.*\d/s, '');
  return others.length > 0 || marker.length < 3 ? 'anywhere' : { marker, factor: first.factor };
}

/** The longest duration that a record states, in milliseconds; negative where it states none. */
export function durationAt(place: DurationPlace | 'anywhere', text: string): number {
  const known = place === 'anywhere' ? undefined : readAt(place, text);
  return known ?? statedDurations(text).reduce((longest, { ms }) => Math.max(longest, ms), -1);
}

const ALONE = new RegExp(`(${AMOUNT})(?: ?(${UNIT}))?(?![\\w.])`, 'y');

function readAt({ marker, factor }: DurationPlace, text: string): number | undefined {
  const at = text.indexOf(marker);
  if (at < 0) return undefined;
  ALONE.lastIndex = at + marker.length;
  const [, amount, unit] = ALONE.exec(text) ?? [];
  const scale = unit === undefined ? factor : UNIT_MS[unit];
  return amount === undefined || scale === undefined ? undefined : Number(amount) * scale;
}
