import { levelOf } from '../levels.ts';
import type { TimeReader } from '../time.ts';
import { type Head, plainHead } from './head.ts';

const LEVELS = 'IWEF';
const SPACE = 32;
/** After the time: the process and the place in the source. */
const PLACE = /^ {1,8}\d{1,10} [\w.-]{1,120}:\d{1,7}\] ?/;

/** `E1125 04:00:00.123456       1 reflector.go:205] "Message" err="..."`, as components of Kubernetes write. */
export function klogHead(line: string, time: TimeReader): Head | undefined {
  if (!LEVELS.includes(line[0] ?? ' ')) return undefined;
  // glog of C++ has the year too.
  const at = line.charCodeAt(5) === SPACE ? time.readMonthDay(line, 1) : time.readDate(line, 1);
  if (Number.isNaN(at)) return undefined;
  const [place] = PLACE.exec(line.slice(time.end, time.end + 200)) ?? [];
  if (place === undefined) return undefined;
  return plainHead(at, levelOf(line[0]), line.slice(time.end + place.length));
}
