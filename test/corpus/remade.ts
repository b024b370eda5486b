import type { Pod } from '#shared/domain/kubernetes.ts';
import { ago } from './time.ts';

/** The controller has made this pod anew so many minutes ago, long after its revision. */
export function remade(pod: Pod, minutes: number): Pod {
  pod.metadata.creationTimestamp = ago(minutes);
  if (pod.status) pod.status.startTime = ago(minutes);
  for (const condition of pod.status?.conditions ?? []) condition.lastTransitionTime = ago(minutes);
  for (const { state } of pod.status?.containerStatuses ?? [])
    if (state?.running) state.running.startedAt = ago(minutes);
  return pod;
}
