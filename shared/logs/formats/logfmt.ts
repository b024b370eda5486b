import { fieldDuration } from '../durations.ts';
import { type Level, levelOf } from '../levels.ts';
import { epochMillis, type TimeReader } from '../time.ts';
import type { Head } from './head.ts';

/** `key=value` or `key="va\"lue"`; bounded, and nothing in it can match in two ways. */
const PAIR = /([A-Za-z_@][\w.@/-]{0,80})=(?:"((?:[^"\\]|\\.){0,8192})"|([^\s"]\S{0,8192})?)(?=\s|$)/y;
const MOST_PAIRS = 64;

/** Go kit, logrus, slog's text handler, Grafana's tools: a line of nothing but pairs. */
export function logfmtHead(line: string, time: TimeReader): Head | undefined {
  const pairs: [string, string][] = [];
  let at = Number.NaN;
  let level: Level | undefined;
  let message: string | undefined;
  let durationMs = -1;
  PAIR.lastIndex = 0;
  for (let count = 0; count < MOST_PAIRS; count++) {
    const found = PAIR.exec(line);
    if (!found) break;
    const [, name = '', quoted, bare] = found;
    const value = quoted ?? bare ?? '';
    PAIR.lastIndex = afterSpaces(line, found.index + found[0].length);
    if (name === 'level' || name === 'lvl' || name === 'severity') level ??= levelOf(value);
    else if (name === 'ts' || name === 'time' || name === 'timestamp' || name === 't') at = timeOf(value, time);
    else if (name === 'msg' || name === 'message') message ??= value.replaceAll('\\"', '"');
    else {
      pairs.push([name, value]);
      durationMs = Math.max(durationMs, fieldDuration(name, value) ?? -1);
    }
  }
  if (level === undefined && message === undefined) return undefined;
  return {
    at,
    level,
    message: message ?? pairs.map(([name, value]) => `${name}=${value}`).join(' '),
    written: 'logfmt',
    durationMs,
  };
}

const afterSpaces = (line: string, from: number): number => {
  let at = from;
  while (line.charCodeAt(at) === 32 || line.charCodeAt(at) === 9) at++;
  return at;
};

/** The values of a line, without the names of its fields: `timeout=30s` is no timeout. */
export function logfmtTexts(line: string): string {
  const texts: string[] = [];
  PAIR.lastIndex = 0;
  for (let found = PAIR.exec(line); found && texts.length < MOST_PAIRS; found = PAIR.exec(line)) {
    const [, name = '', quoted, bare] = found;
    PAIR.lastIndex = afterSpaces(line, found.index + found[0].length);
    const value = quoted ?? bare ?? '';
    texts.push(/status|code|errno/i.test(name) ? `${name}: ${value}` : value);
  }
  return texts.join('\n');
}

function timeOf(value: string, time: TimeReader): number {
  const at = time.readDate(value, 0);
  return Number.isNaN(at) && /^\d{9,19}(?:\.\d{1,9})?$/.test(value) ? epochMillis(Number(value)) : at;
}
