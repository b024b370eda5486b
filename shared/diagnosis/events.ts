import { eventTime, type KubeEvent } from '#shared/domain/kubernetes-event.ts';
import { byPlace } from './by-place.ts';
import { millis, type Ref } from './model.ts';

/**
 * Older than this, an event or a restart is history. The kubelet lets a repeated event through once in 5 minutes
 * (token bucket of 25, refilled every 300 s), so three of those intervals.
 */
export const RECENT_MS = 15 * 60_000;

/** The API server keeps events for an hour; what is older than that is nobody's present trouble. */
export const HISTORY_MS = 3_600_000;

export interface EventQuery {
  reason?: string;
  /** how old the newest occurrence may be; default RECENT_MS */
  withinMs?: number;
}

/** Events by the object that they are about. */
export interface Events {
  /** Newest first. An event about an earlier object of the same name does not count. */
  of(ref: Ref, uid: string | undefined, query?: EventQuery): KubeEvent[];
}

export function indexEvents(events: KubeEvent[], now: number): Events {
  const timeOf = (event: KubeEvent) => millis(eventTime(event)) ?? 0;
  const sorted = events.map((event) => ({ event, time: timeOf(event) })).sort((a, b) => b.time - a.time);
  const kinds = Map.groupBy(sorted, ({ event }) => event.involvedObject?.kind ?? '');
  const index = new Map(
    [...kinds].map(([kind, list]) => [
      kind,
      byPlace(list, ({ event: { involvedObject, metadata } }) => {
        const { name = '', namespace } = involvedObject ?? {};
        return { name, namespace: kind === 'Node' ? '' : (namespace ?? metadata.namespace ?? '') };
      }),
    ]),
  );

  return {
    of: (ref, uid, { reason, withinMs = RECENT_MS } = {}) =>
      (index.get(ref.kind)?.(ref) ?? []).flatMap(({ event, time }) => {
        const other = uid && event.involvedObject.uid && event.involvedObject.uid !== uid;
        // The node's own events carry its name as uid.
        if (other && ref.kind !== 'Node') return [];
        return (reason === undefined || event.reason === reason) && now - time <= withinMs ? [event] : [];
      }),
  };
}
