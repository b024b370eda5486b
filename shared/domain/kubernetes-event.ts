import type { KubeObject } from './kubernetes.ts';

/** An Event of the API, of either of its two versions. */
export interface KubeEvent extends KubeObject {
  type?: string;
  reason?: string;
  message?: string;
  count?: number;
  firstTimestamp?: string | null;
  lastTimestamp?: string | null;
  eventTime?: string | null;
  series?: { count?: number; lastObservedTime?: string };
  involvedObject: { kind?: string; namespace?: string; name?: string; uid?: string; fieldPath?: string };
  source?: { component?: string; host?: string };
  reportingComponent?: string;
}

/** The newest of the times an Event carries; an Event of a series has only some of them. */
export function eventTime(event: KubeEvent): string | undefined {
  const times = [
    event.series?.lastObservedTime,
    event.lastTimestamp,
    event.eventTime,
    event.firstTimestamp,
    event.metadata.creationTimestamp,
  ];
  return times.filter((time): time is string => Boolean(time)).sort((a, b) => Date.parse(b) - Date.parse(a))[0];
}
