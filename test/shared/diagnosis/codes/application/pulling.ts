import type { Snapshot } from '#shared/domain/snapshot.ts';
import { event, everWith, podsOf, pullFails, rollOut, waiting } from '#test/support/faults.ts';
import { healthyNamespace } from '#test/support/namespace.ts';

export const IMAGE = 'registry.example.com/otlp-app:1.4.2';

/** What containerd says in front of every answer of a registry. */
export const resolving = (answer: string, code = 'Unknown', image = IMAGE) =>
  `rpc error: code = ${code} desc = failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${answer}`;

/** No pod of the application has its image. */
export const refused = (answer: string): Snapshot => {
  const snapshot = healthyNamespace();
  return pullFails(snapshot, podsOf(snapshot, 'otlp-app'), answer);
};

/** The image of the newest revision cannot be had; the old pods still serve. */
export const refusedToRollout = (image: string, answer: (image: string) => string): Snapshot => {
  const snapshot = healthyNamespace();
  const made = rollOut(snapshot, 'otlp-app', (container) => {
    container.image = image;
  });
  return pullFails(snapshot, [made], answer(image));
};

/** The kubelet waits for a reason that is none of a registry's. */
export const waits = (image: string, reason: string, message: string, eventReason: string): Snapshot => {
  const snapshot = healthyNamespace();
  everWith(snapshot, 'otlp-app', (container) => {
    container.image = image;
  });
  const pods = podsOf(snapshot, 'otlp-app');
  waiting(snapshot, pods, reason, message);
  for (const pod of pods) {
    event(snapshot, pod, eventReason, message);
    event(snapshot, pod, 'Failed', `Error: ${reason}`);
  }
  return snapshot;
};

export const UNAUTHORIZED = resolving(
  'failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://registry.example.com/token?scope=repository%3Aotlp-app%3Apull: 401 Unauthorized',
);
