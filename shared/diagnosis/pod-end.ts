import type { Pod } from '#shared/domain/kubernetes.ts';
import { millis } from './model.ts';

/** When a pod that is done or was taken away ended; milliseconds. */
export function endedAt({ status, metadata }: Pod): number | undefined {
  const ends = (status?.containerStatuses ?? []).map(({ state }) => millis(state?.terminated?.finishedAt));
  const ready = status?.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime;
  const known = [...ends, millis(ready)].filter((time) => time !== undefined);
  return known.length > 0 ? Math.max(...known) : millis(status?.startTime ?? metadata.creationTimestamp);
}
