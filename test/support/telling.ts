import type { Snapshot } from '#shared/domain/snapshot.ts';
import { addLog, event, podsOf } from './faults.ts';
import { ago } from './namespace.ts';

/** Every pod of the application logs that so many minutes ago, a line each. */
export function says(snapshot: Snapshot, line: string, minutes = [4, 3, 2]): Snapshot {
  const text = minutes.map((each) => `${ago(each)} ERROR ${line}`).join('\n');
  for (const pod of podsOf(snapshot, 'otlp-app')) addLog(snapshot, pod, text);
  return snapshot;
}

/** The same event about every pod of the application. */
export function isTold(
  snapshot: Snapshot,
  reason: string,
  message: string,
  options: Parameters<typeof event>[4] = {},
): Snapshot {
  for (const pod of podsOf(snapshot, 'otlp-app')) event(snapshot, pod, reason, message, options);
  return snapshot;
}
