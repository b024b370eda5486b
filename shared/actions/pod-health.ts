import type { ContainerStatus, Pod } from '#shared/domain/kubernetes.ts';

/** A container that waits for one of these does not start by waiting longer (kubernetes-faults 5.1). */
const LOST_CAUSES = new Set([
  'CrashLoopBackOff',
  'ImagePullBackOff',
  'ErrImagePull',
  'InvalidImageName',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
]);

/** Seconds that a new pod has before a bad waiting reason counts: a first pull or start may fail once. */
const GRACE = 30;

const containers = ({ status }: Pod): ContainerStatus[] => [
  ...(status?.initContainerStatuses ?? []),
  ...(status?.containerStatuses ?? []),
];

const secondsSince = (at: string | undefined, now: Date) => (at ? (now.getTime() - Date.parse(at)) / 1000 : 0);

/** Why a pod will not become healthy by itself; undefined when it may. */
export function failingPod(pod: Pod, now: Date): string | undefined {
  if (secondsSince(pod.metadata.creationTimestamp, now) < GRACE) return undefined;
  for (const { name, state } of containers(pod)) {
    const { reason, message } = state?.waiting ?? {};
    if (reason && LOST_CAUSES.has(reason))
      return `container ${name} of ${pod.metadata.name} waits: ${reason}${message ? ` (${message})` : ''}`;
  }
  return undefined;
}

/** Why a pod does not yet count as stable; undefined when it has been Ready for `seconds` without a restart. */
export function notStable(pod: Pod, now: Date, seconds: number): string | undefined {
  const { name } = pod.metadata;
  const ready = pod.status?.conditions?.find(({ type }) => type === 'Ready');
  if (ready?.status !== 'True') return `${name} is not Ready`;
  for (const { name: container, restartCount = 0, lastState } of containers(pod)) {
    const ago = secondsSince(lastState?.terminated?.finishedAt, now);
    if (restartCount > 0 && lastState?.terminated && ago < seconds)
      return `container ${container} of ${name} restarted ${Math.floor(ago)} s ago`;
  }
  const since = secondsSince(ready.lastTransitionTime, now);
  return since < seconds ? `${name} is Ready for ${Math.floor(since)} of ${seconds} s` : undefined;
}
