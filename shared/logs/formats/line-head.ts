import type { TimeReader } from '../time.ts';
import type { Head } from './head.ts';
import { jsonHead } from './json.ts';
import { klogHead } from './klog.ts';
import { logfmtHead } from './logfmt.ts';
import { textHead } from './text.ts';

const LOGFMT = /^[A-Za-z_@][\w.@/-]{0,80}=/;

/** What the head of a record says, by the format of this very line: formats mix in one file. Undefined: no head of any. */
export function lineHead(line: string, time: TimeReader): Head | undefined {
  const code = line.charCodeAt(0);
  if (code === 123) return jsonHead(line, time);
  if (code >= 65 && code <= 90) {
    const klog = klogHead(line, time);
    if (klog) return klog;
  }
  if (((code >= 97 && code <= 122) || code === 64) && LOGFMT.test(line)) {
    const logfmt = logfmtHead(line, time);
    if (logfmt) return logfmt;
  }
  return textHead(line, time);
}
