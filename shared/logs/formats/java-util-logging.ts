import { monthOf, type TimeReader } from '../time.ts';
import { type Head, plainHead } from './head.ts';

const JAVA_HEAD = /^([A-Z][a-z]{2}) (\d{1,2}), (\d{4}),? (\d{1,2}):(\d\d:\d\d)[ \u202f]([AP])M /;

/** java.util.logging: `Nov 25, 2026 4:00:00 AM com.example.Main run`, and the level on the next line */
export function javaHead(line: string, time: TimeReader): Head | undefined {
  const code = line.charCodeAt(0);
  const found = code >= 65 && code <= 90 ? JAVA_HEAD.exec(line) : null;
  if (!found) return undefined;
  const [whole, month = '', day = '', year = '', hour = '', rest = '', half] = found;
  const hours = (Number(hour) % 12) + (half === 'P' ? 12 : 0);
  const number = String(monthOf(month)).padStart(2, '0');
  const at = time.readDate(`${year}-${number}-${day.padStart(2, '0')}T${String(hours).padStart(2, '0')}:${rest}`, 0);
  const message = line.slice(whole.length);
  return { ...plainHead(at, undefined, message), levelFollows: true };
}
