import { fieldDuration } from '../durations.ts';
import { levelOf } from '../levels.ts';
import type { Head } from './head.ts';
import { jsonTexts } from './json.ts';

const CALLER = /^[\w@./-]{1,200}\.go:\d{1,7}$/;
const NAME = /^[\w./@-]{1,120}$/;

/** `time TAB level TAB [logger TAB] [caller TAB] message [TAB {fields}]`, as the Collector writes by default. */
export function zapHead(line: string, timeEnd: number, at: number): Head | undefined {
  const parts = line.slice(timeEnd + 1).split('\t');
  const level = levelOf(parts[0]);
  if (level === undefined) return undefined;
  let index = 1;
  while (index < parts.length - 1 && index < 3 && isParticular(parts, index)) index++;
  const message = parts[index] ?? '';
  const last = parts.at(-1) ?? '';
  const fields = last.startsWith('{') ? last : '';
  return {
    at,
    level,
    message,
    detail: fields === '' ? line.slice(timeEnd) : `${message}\n${jsonTexts(fields)}`,
    ...durationIn(fields),
    stack: 'go',
  };
}

const isParticular = (parts: string[], index: number): boolean => {
  const part = parts[index] ?? '';
  return CALLER.test(part) || (NAME.test(part) && CALLER.test(parts[index + 1] ?? ''));
};

const FIELD = /"([\w.]{1,60})": ?(?:"([^"]{1,24})"|(\d{1,15}(?:\.\d{1,9})?))/g;

function durationIn(fields: string): { durationMs?: number } {
  let durationMs: number | undefined;
  for (const [, name = '', text, number] of fields.matchAll(FIELD)) {
    const found = fieldDuration(name, text ?? Number(number));
    if (found !== undefined && !(found <= (durationMs ?? -1))) durationMs = found;
  }
  return durationMs === undefined ? {} : { durationMs };
}
