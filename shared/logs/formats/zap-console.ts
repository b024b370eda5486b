import { levelOf } from '../levels.ts';
import type { Head } from './head.ts';
import { jsonTexts } from './json.ts';

const CALLER = /^[\w@./-]{1,200}\.go:\d{1,7}$/;
/** The debug exporter's first line of data. */
const DUMPED = /^Resource(?:Spans|Metrics|Logs?|Profiles) #\d{1,6}$/;
const ZAP_LINE = /^\d{4}-\d\d-\d\dT[\d:.Z+-]{8,24}\t[A-Za-z]{4,6}\t/;
const NAME = /^[\w./@-]{1,120}$/;

/** `time TAB level TAB [logger TAB] [caller TAB] message [TAB {fields}]`, as the Collector writes by default. */
export function zapHead(line: string, timeEnd: number, at: number): Head | undefined {
  const parts = line.slice(timeEnd + 1).split('\t');
  const level = levelOf(parts[0]);
  if (level === undefined) return undefined;
  let index = 1;
  while (index < parts.length - 1 && index < 3 && isParticular(parts, index)) index++;
  const message = parts[index] ?? '';
  const dump = DUMPED.test(message);
  return { at, level, message, written: 'zap', durationMs: -1, stack: 'go', ...(dump && { dump }) };
}

/** A line that can be nothing but zap's, even in the body of a record that is dumped. */
export const isZapLine = (line: string): boolean => ZAP_LINE.test(line);

/** The message and the values of the fields. */
export function zapTexts(line: string): string {
  const fields = line.lastIndexOf('\t{');
  return fields < 0 ? line : `${line.slice(0, fields)}\n${jsonTexts(line.slice(fields + 1))}`;
}

const isParticular = (parts: string[], index: number): boolean => {
  const part = parts[index] ?? '';
  return CALLER.test(part) || (NAME.test(part) && CALLER.test(parts[index + 1] ?? ''));
};
