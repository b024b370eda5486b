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

/** Duration that a field of a structured record states; undefined where it is none. */
export function fieldDuration(name: string, value: unknown): number | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  const match = FIELD.exec(camelToSnake(name));
  if (!match || NO_OPERATION.test(name)) return undefined;
  const factor = match[1] === undefined ? undefined : SUFFIX_MS[match[1].toLowerCase()];
  if (typeof value === 'number') return factor === undefined ? undefined : value * factor;
  if (factor !== undefined && /^\d{1,15}(?:\.\d{1,12})?$/.test(value)) return Number(value) * factor;
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
const KEY = /([A-Za-z][\w.]{0,50})["']?(?:=|: ?)["'(]?$/;
const PLAIN_FIELD = /([A-Za-z][\w.]{0,50})["']?(?:=|: ?)["']?(\d{1,15}(?:\.\d{1,9})?)(?![\w.])/g;

/** A text without one of these states no duration of anything. */
const HINT =
  /took|taken|elapsed|spent|duration|latency|lasted|cost|slow|time|rtt|busy| in \d| after \d|\d ?[mnuµ]?s\b/i;

export const mayStateDuration = (text: string): boolean => HINT.test(text);

/** The longest duration of an operation that a text states, in milliseconds. */
export function statedDuration(text: string): number | undefined {
  let longest: number | undefined;
  const note = (found: number | undefined) => {
    if (found !== undefined && !(found <= (longest ?? -1))) longest = found;
  };
  for (const { 0: amount, index } of text.matchAll(EVERY)) {
    const before = text.slice(Math.max(0, index - CONTEXT), index);
    const [, key] = KEY.exec(before) ?? [];
    if (key !== undefined && !/^(?:took|elapsed|duration|latency)$/i.test(key)) note(fieldDuration(key, amount));
    else if (!LIMIT.test(before) && (key !== undefined || OPERATION.some((words) => words.test(before)))) {
      note(parseDuration(amount));
    }
  }
  for (const [, key = '', amount] of text.matchAll(PLAIN_FIELD)) note(fieldDuration(key, Number(amount)));
  return longest;
}
