import type { Snapshot } from '#shared/domain/snapshot.ts';
import { deploymentOf, podsOf, pullFails, rollOut, waiting } from '#test/support/faults.ts';
import { healthyNamespace } from '#test/support/namespace.ts';

export const NOT_FOUND =
  'rpc error: code = NotFound desc = failed to pull and unpack image "registry.example.com/otlp-app:1.5.0": failed to resolve reference "registry.example.com/otlp-app:1.5.0": registry.example.com/otlp-app:1.5.0: not found';

export const conditionsOf = (snapshot: Snapshot) => deploymentOf(snapshot, 'otlp-app').status?.conditions;

/** A rollout to an image that is not there, begun so many minutes ago. */
export function rolling(minutes: number): Snapshot {
  const snapshot = healthyNamespace();
  const made = rollOut(
    snapshot,
    'otlp-app',
    (container) => {
      container.image = 'registry.example.com/otlp-app:1.5.0';
    },
    minutes,
  );
  return pullFails(snapshot, [made], NOT_FOUND);
}

/** Pods of the application wait for something that nobody says. */
export const waits = (count: number, minutes: number): Snapshot => {
  const snapshot = healthyNamespace();
  const pods = podsOf(snapshot, 'otlp-app').slice(0, count);
  return waiting(snapshot, pods, 'ContainerCreating', undefined, minutes);
};
