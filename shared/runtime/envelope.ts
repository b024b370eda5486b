import { alarmOf } from '#shared/domain/alarm.ts';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parsed(detail: unknown): unknown {
  if (typeof detail !== 'string') return detail;
  try {
    return JSON.parse(detail);
  } catch {
    return detail; // not JSON: the schema says what is wrong with it
  }
}

/**
 * The function's own input out of what Lambda hands over. A console test may send nothing; EventBridge and Scheduler
 * wrap the input as `detail`, Scheduler without an input of its own as the text "{}". A CloudWatch alarm speaks three
 * dialects; all become the one field `alarm`, and what an alarm starts is to act.
 */
export function unwrapEvent(event: unknown): unknown {
  if (event === undefined || event === null || event === '') return {};
  const alarm = alarmOf(event);
  if (alarm) return { alarm, mode: 'act' };
  if (!isObject(event) || !('detail-type' in event) || !('source' in event)) return event;
  return parsed(event.detail) ?? {};
}
