import { levelOf } from '../levels.ts';
import type { TimeReader } from '../time.ts';
import { type Head, plainHead } from './head.ts';

const START = /^[DIWEFA], \[/;
const REST = /^ #\d{1,10}\] {1,2}([A-Z]{3,7}) -- ([^:]{0,80}): /;

/** `E, [2026-11-25T04:00:00.123456 #7] ERROR -- program: message`, as Ruby's logger writes. */
export function rubyHead(line: string, time: TimeReader): Head | undefined {
  if (!START.test(line)) return undefined;
  const at = time.readDate(line, 4);
  const [head, word] = REST.exec(line.slice(time.end, time.end + 120)) ?? [];
  if (Number.isNaN(at) || head === undefined) return undefined;
  return plainHead(at, levelOf(word), line.slice(time.end + head.length));
}
