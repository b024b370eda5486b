import { headLevelOf, type Level, levelOf } from '../levels.ts';
import { epochMillis, type TimeReader } from '../time.ts';
import { dotnetHead } from './dotnet-console.ts';
import { type Head, plainHead } from './head.ts';
import { javaHead } from './java-util-logging.ts';
import { redisHead } from './redis.ts';
import { rubyHead } from './ruby.ts';
import { afterSyslogTime, priorityHead } from './syslog.ts';
import { spansEnd, tracingMessage } from './tracing.ts';
import { zapHead } from './zap-console.ts';

const TAB = 9;
const SPACE = 32;
const BRACKET = 91;
const LESS = 60;
const UPPER_O = 79;

/** Words of a head before the level: a process, a thread in brackets, a dash, the name of a logger before a dash. */
const MOST_WORDS_BEFORE_LEVEL = 5;
const LONGEST_HEAD = 160;

/**
 * A line of text that begins with its time, its level or both: tracing (full, compact, pretty), env_logger, log4j and
 * logback, Python's logging, zap's console, Go's log, nginx, syslog.
 */
export function textHead(line: string, time: TimeReader): Head | undefined {
  const start = afterSpaces(line, 0);
  const bracket = line.charCodeAt(start) === BRACKET;
  const from = bracket ? start + 1 : start;
  const at = timeAt(line, from, time);
  if (Number.isNaN(at) && !time.readClock(line, from)) return start === 0 ? withoutTime(line, time) : undefined;
  const isNamed = line.charCodeAt(from) >= 65;
  const syslog = isNamed || line.charCodeAt(time.end) === SPACE ? afterSyslogTime(line, at, time, !isNamed) : undefined;
  if (syslog) return syslog;
  if (line.charCodeAt(time.end) === TAB) {
    const zap = zapHead(line, time.end, at);
    if (zap) return zap;
  }
  const timeEnd = time.end;
  let rest = timeEnd;
  const closes = bracket && line.charCodeAt(rest) === 93;
  if (closes) rest++;
  const { level, end } = levelAfter(line, rest);
  const after = level === undefined ? afterMarks(line, rest) : end;
  const message = messageFrom(line, after, bracket && !closes);
  if (level && start === 0 && isTracing(line, timeEnd)) {
    return { at, level, message: tracingMessage(message), written: 'tracing', durationMs: -1 };
  }
  const head = plainHead(at, level, message);
  return start > 0 ? { ...head, pretty: true } : head;
}

/** tracing's own clock writes `2026-11-25T04:00:00.123456Z`, and pads the level to five characters. */
const isTracing = (line: string, timeEnd: number): boolean =>
  timeEnd >= 27 && line.charCodeAt(10) === 84 && line.charCodeAt(timeEnd - 1) === 90;

function timeAt(line: string, from: number, time: TimeReader): number {
  const code = line.charCodeAt(from);
  if (code >= 48 && code <= 57) return time.readDate(line, from);
  return code >= 65 && code <= 90 ? time.readMonthName(line, from) : Number.NaN;
}

/** What begins with something else than its time. */
function withoutTime(line: string, time: TimeReader): Head | undefined {
  const code = line.charCodeAt(0);
  if (code === LESS) return priorityHead(line, time);
  if (code >= 48 && code <= 57) return redisHead(line, time) ?? epochHead(line);
  if (code === UPPER_O && SDK_ERROR.test(line)) return plainHead(Number.NaN, 'error', line);
  return javaHead(line, time) ?? rubyHead(line, time) ?? dotnetHead(line) ?? levelFirst(line, time);
}

/** What the Rust SDK's own handler of errors prints, where no logger is set up. */
const SDK_ERROR = /^OpenTelemetry (?:\w{1,10} )?error occurred\. /;

const EPOCH = /^\d{10}(?:\.\d{1,9}|\d{3}|\d{6}|\d{9})? /;

/** `1795579200.123 ERROR message`: a number alone is no time, with a level behind it it is. */
function epochHead(line: string): Head | undefined {
  const [number] = EPOCH.exec(line) ?? [];
  const { level, end } = number === undefined ? { end: 0 } : levelAfter(line, number.length);
  if (level === undefined) return undefined;
  return plainHead(epochMillis(Number(number)), level, messageFrom(line, end, false));
}

/** `ERROR message`, `[warn] message`, `INFO:root:message`, `Error: message`: a level, and perhaps its time after it. */
function levelFirst(line: string, time: TimeReader): Head | undefined {
  const [head, open, word = '', close] = /^(\[?)([A-Za-z]{3,11})(\]|:|(?=[ \t])|\[E\d{1,5}\]:)/.exec(line) ?? [];
  if (head === undefined) return undefined;
  const marked = (open === '[' && close === ']') || (open === '' && close !== '' && close !== ']');
  const level = marked && word !== 'Log' ? levelOf(word) : open === '' ? headLevelOf(word) : undefined;
  if (level === undefined) return undefined;
  const after = afterMarks(line, head.length);
  const at = timeAt(line, after, time);
  const message = messageFrom(line, Number.isNaN(at) ? after : afterMarks(line, time.end), false);
  return plainHead(at, level, message);
}

function levelAfter(line: string, from: number): { level?: Level; end: number } {
  let at = from;
  for (let words = 0; words < MOST_WORDS_BEFORE_LEVEL && at - from < LONGEST_HEAD; words++) {
    at = afterSpaces(line, at);
    const end = wordEnd(line, at);
    const word = line.slice(at, end);
    const bare = bareWord(word);
    const level = headLevelOf(bare) ?? (bare !== word && /^[[<]/.test(word) ? levelOf(bare) : channelLevel(word));
    if (level) return { level, end: afterMarks(line, end) };
    if (!isBeforeLevel(word) && !(line.startsWith(' - ', end) && line.indexOf(' - ', end + 3) > 0)) break;
    at = end;
  }
  return { end: from };
}

/** Monolog's `app.ERROR:` */
const channelLevel = (word: string): Level | undefined =>
  word.endsWith(':') && word.length <= 80 ? headLevelOf(word.slice(word.lastIndexOf('.') + 1, -1)) : undefined;

/** `[main]`, `1234`, `-`, `---`, `|` */
const isBeforeLevel = (word: string): boolean =>
  word.startsWith('[') ||
  (word.startsWith('{') && word.endsWith('}')) ||
  word === '-' ||
  word === '|' ||
  word === '---' ||
  /^\d{1,10}$/.test(word);

const bareWord = (word: string): string => {
  if (word.length > 14) return word;
  return word.replace(/^[[(<|]{1,2}|[\])>|:,]{1,2}$/g, '');
};

/** A bracket with spaces in it is one word: `[  main]`. */
function wordEnd(line: string, from: number): number {
  if (line.charCodeAt(from) === BRACKET) {
    const close = line.indexOf(']', from);
    if (close > 0 && close - from < 80) return close + 1;
  }
  let at = from;
  while (at < line.length && line.charCodeAt(at) !== SPACE && line.charCodeAt(at) !== TAB) at++;
  return at;
}

const afterSpaces = (line: string, from: number): number => {
  let at = from;
  while (line.charCodeAt(at) === SPACE || line.charCodeAt(at) === TAB) at++;
  return at;
};

/** Spaces, and a dash, bar or colon between head and message. */
const afterMarks = (line: string, from: number): number => {
  let at = afterSpaces(line, from);
  while (at < line.length && '-|:]'.includes(line[at] ?? ' ') && (line[at] !== '-' || line[at + 1] === ' ')) {
    at = afterSpaces(line, at + 1);
  }
  return at;
};

/** log4j and logback: the thread, before the logger */
const THREAD = /^\[[^[\]]{1,80}\] (?=[\w$.]{1,120}(?:: | - ))/;
/** Spring Boot: `1 --- [app] [main] c.e.Logger  : ` */
const SPRING = /^\d{1,9} --- (?:\[[^\]]{0,80}\] ?){1,3}[\w.$[\]/-]{0,120} {0,40}: /;

function messageFrom(line: string, from: number, inBracket: boolean): string {
  const rest = line.slice(from);
  const spring = rest.includes(' --- ') ? SPRING.exec(rest.slice(0, 400)) : null;
  const message = spring ? rest.slice(spring[0].length) : withoutThread(rest.slice(spansEnd(rest)));
  // env_logger: `[time LEVEL target] message`
  return inBracket ? message.replace(']', '') : message;
}

const withoutThread = (text: string): string =>
  text.charCodeAt(0) === BRACKET ? text.slice(THREAD.exec(text.slice(0, 250))?.[0].length ?? 0) : text;
