import { severityLevel } from '../levels.ts';
import type { TimeReader } from '../time.ts';
import { type Head, plainHead } from './head.ts';
import { klogHead } from './klog.ts';

/** After the time: the host, the process and its number. */
const SENDER = /^ [\w.:-]{1,253} (?:[^\s:[]{1,120}|[^:[]{1,60}(?=\[))(?:\[[\d:]{1,20}\])?: ?/;
/** The same behind a time that other loggers write too (`journalctl -o short-iso`): only the number tells, or the kernel. */
const SURE_SENDER = /^ [\w.:-]{1,253} (?:[^\s:[]{1,120}\[\d{1,10}\]|kernel): /;
const PRIORITY = /^<(\d{1,3})>/;
/** RFC 5424: version, time, host, program, process, id, and data in brackets or none. */
const NEWER =
  /^ \S{1,255} \S{1,48} \S{1,128} \S{1,32} (?:- ?|(?:\[(?:[^\]"]|"(?:[^"\\]|\\.){0,500}"){0,500}\]){1,8} ?)/;

/** `host program[123]: message` behind a time, where the message can be klog's: so journals have the kubelet. */
export function afterSyslogTime(line: string, at: number, time: TimeReader, isSure = false): Head | undefined {
  const { end } = time;
  const head = (isSure ? SURE_SENDER : SENDER).exec(line.slice(end, end + 400));
  if (!head) return undefined;
  const message = line.slice(end + head[0].length);
  const inner = klogHead(message, time);
  return inner ? { ...inner, at } : plainHead(at, undefined, message);
}

/** `<14>1 2026-11-25T04:00:00Z host program 1 ID - message`, `<3>Nov 25 04:00:00 host program: message`, `<3>message` */
export function priorityHead(line: string, time: TimeReader): Head | undefined {
  const [mark, number] = PRIORITY.exec(line) ?? [];
  if (mark === undefined || Number(number) > 191) return undefined;
  const level = severityLevel(Number(number) % 8);
  const text = line.slice(mark.length);
  if (text.startsWith('1 ')) {
    const at = time.readDate(text, 2);
    const [sender] = Number.isNaN(at) ? [] : (NEWER.exec(text.slice(time.end, time.end + 4000)) ?? []);
    if (sender !== undefined) return plainHead(at, level, text.slice(time.end + sender.length));
  }
  const at = time.readMonthName(text, 0);
  const older = Number.isNaN(at) ? undefined : afterSyslogTime(text, at, time);
  return older ? { ...older, level: older.level ?? level } : plainHead(Number.NaN, level, text);
}
