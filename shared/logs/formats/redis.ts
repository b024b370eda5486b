import type { Level } from '../levels.ts';
import type { TimeReader } from '../time.ts';
import { type Head, plainHead } from './head.ts';

/** process and role: master, replica, sentinel, or a child that writes the file */
const PROCESS = /^\d{1,10}:[MSXC] /;
const LEVELS: Record<string, Level> = { '#': 'warn', '*': 'info', '-': 'debug', '.': 'debug' };

/** `1:M 25 Nov 2026 04:00:00.123 # message`, as Redis and Valkey write. */
export function redisHead(line: string, time: TimeReader): Head | undefined {
  const [process] = PROCESS.exec(line) ?? [];
  const at = process === undefined ? Number.NaN : time.readDate(line, process.length);
  if (Number.isNaN(at)) return undefined;
  const level = LEVELS[line[time.end + 1] ?? ''];
  return level && plainHead(at, level, line.slice(time.end + 3));
}
