import type { Snapshot } from '#shared/domain/snapshot.ts';
import { event, podsOf, waiting } from '#test/support/faults.ts';

/** Every pod was made anew and waits, in the words of the kubelet. */
export function notCreated(snapshot: Snapshot, message: string): Snapshot {
  const pods = podsOf(snapshot, 'otlp-app');
  for (const pod of pods) event(snapshot, pod, 'Failed', `Error: ${message}`);
  return waiting(snapshot, pods, 'CreateContainerConfigError', message);
}

/** Every pod was made anew and waits for its volumes. */
export function notMounted(snapshot: Snapshot, message: string): Snapshot {
  const pods = podsOf(snapshot, 'otlp-app');
  for (const pod of pods) event(snapshot, pod, 'FailedMount', message);
  return waiting(snapshot, pods, 'ContainerCreating');
}
