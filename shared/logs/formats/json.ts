import { fieldDuration } from '../durations.ts';
import { type Level, levelOf, severityLevel } from '../levels.ts';
import { LONGEST_LINE } from '../lines.ts';
import { epochMillis, type TimeReader } from '../time.ts';
import type { Head } from './head.ts';

type Fields = Record<string, unknown>;

const LEVEL_NAMES = [
  'level',
  'lvl',
  'severity',
  'levelname',
  'log.level',
  'severityText',
  'severity_text',
  'loglevel',
  '@l',
  'Level',
  'LogLevel',
];
const TIME_NAMES = [
  'timestamp',
  'time',
  'ts',
  '@timestamp',
  'asctime',
  'datetime',
  'date',
  '@t',
  't',
  'timeMillis',
  'eventTime',
  'Timestamp',
  'timeUnixNano',
  '__REALTIME_TIMESTAMP',
];
const MESSAGE_NAMES = [
  'message',
  'msg',
  '@m',
  '@mt',
  'event',
  'body',
  'log',
  'text',
  'short_message',
  'MessageTemplate',
  'Message',
  'MESSAGE',
];

/** How much of a record's fields is looked at for a cause. Characters. */
const MOST_DETAIL = 4096;

/** One JSON object a line: tracing, zap, slog, pino, winston, logrus, python-json-logger, log4j, Bunyan, ECS,
 * .NET, Serilog, GELF, MongoDB, journald, OTLP. */
export function jsonHead(line: string, time: TimeReader): Head | undefined {
  const fields = parsed(line) ?? (line.length >= LONGEST_LINE ? beginningOf(line) : undefined);
  if (!fields) return undefined;
  const inner = isFields(fields.fields) ? fields.fields : undefined;
  const message = messageOf(inner) ?? messageOf(fields) ?? (nameOf(inner ?? fields) || line);
  // Loggers that count their levels, pino and bunyan, count milliseconds.
  const unit = typeof fields.level === 'number' ? 1 : Number.NaN;
  const durationMs = Math.max(longestIn(fields, unit), inner ? longestIn(inner, unit) : NONE);
  return {
    at: timeOf(fields, time),
    level: levelIn(fields),
    message,
    written: 'json',
    durationMs,
  };
}

const NONE = -1;

function longestIn(fields: Fields, unit: number): number {
  let longest = NONE;
  for (const name in fields) longest = Math.max(longest, fieldDuration(name, fields[name], unit) ?? NONE);
  return longest;
}

function parsed(line: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isFields(value) ? value : undefined;
  } catch {
    return undefined; // cut, or no JSON at all: a line of text
  }
}

const TOP_FIELD =
  /(?<![\w\\])"(level|severity|lvl|levelname|ts|time|timestamp|msg|message)": ?(?:"((?:[^"\\]|\\.){0,2048})"?|(\d{1,20}(?:\.\d{1,9})?))/g;
const BEGINNING = 4096;

/** The fields that stand at the beginning of a line too long to be read whole. */
function beginningOf(line: string): Fields | undefined {
  if (!line.startsWith('{"')) return undefined;
  const fields: Fields = {};
  for (const [, name = '', text, number] of line.slice(0, BEGINNING).matchAll(TOP_FIELD))
    fields[name] ??= text ?? Number(number);
  return fields;
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const messageOf = (fields: Fields | undefined): string | undefined => {
  for (const name of fields ? MESSAGE_NAMES : []) {
    const value = fields?.[name];
    if (typeof value === 'string' && value !== '') return value;
    // a log record of OTLP
    if (isFields(value) && typeof value.stringValue === 'string') return value.stringValue;
  }
  return undefined;
};

/** Events of the Rust SDK have a name and no message; other records at least names of fields. */
const nameOf = (fields: Fields): string =>
  typeof fields.name === 'string' && fields.name !== '' ? fields.name : Object.keys(fields).slice(0, 32).join(' ');

function levelIn(fields: Fields): Level | undefined {
  for (const name of LEVEL_NAMES) {
    const level = fields[name] === undefined ? undefined : levelOf(fields[name]);
    if (level !== undefined) return level;
  }
  const { log, PRIORITY: priority } = fields;
  if (isFields(log)) return levelOf(log.level);
  if (fields.short_message !== undefined) return severityLevel(Number(fields.level)); // GELF
  if (typeof priority === 'string') return severityLevel(Number(priority)); // journald
  return fields.ctx === undefined ? undefined : levelOf(fields.s); // MongoDB
}

const DIGITS = /^\d{10,19}(?:\.\d{1,9})?$/;

function timeOf(fields: Fields, time: TimeReader): number {
  for (const name of TIME_NAMES) {
    const value = fields[name];
    if (typeof value === 'string') {
      const at = DIGITS.test(value) ? epochMillis(Number(value)) : time.readDate(value, 0);
      if (!Number.isNaN(at)) return at;
    } else if (typeof value === 'number') return epochMillis(value);
    else if (isFields(value) && typeof value.$date === 'string') return time.readDate(value.$date, 0);
  }
  const { instant } = fields; // log4j
  return isFields(instant) && typeof instant.epochSecond === 'number'
    ? instant.epochSecond * 1000 + Math.floor(Number(instant.nanoOfSecond ?? 0) / 1e6)
    : Number.NaN;
}

/** The texts in a record, without the names of its fields: `timeout: 30` is no timeout. */
export function jsonTexts(line: string): string {
  const texts: string[] = [];
  let length = 0;
  const collect = (value: unknown, depth: number): void => {
    if (length > MOST_DETAIL || depth > 6) return;
    if (typeof value === 'string') {
      texts.push(value);
      length += value.length;
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, member] of Object.entries(value)) {
        // `code: 429` says something, a number alone does not.
        if (typeof member === 'number' && /status|code|errno/i.test(name)) texts.push(`${name}: ${member}`);
        else collect(member, depth + 1);
      }
    }
  };
  collect(parsed(line) ?? line, 0);
  return texts.join('\n');
}
