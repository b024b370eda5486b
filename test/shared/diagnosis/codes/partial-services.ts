import { crashLoop, podsOf, rollOut, setState } from '#test/support/faults.ts';
import { ago, healthyNamespace } from '#test/support/namespace.ts';
import { type Cases, the } from './case.ts';

const at = the('Service', 'otlp-app-service');

const halfDown = () => {
  const snapshot = healthyNamespace();
  return crashLoop(snapshot, podsOf(snapshot, 'otlp-app').slice(0, 1), { log: 'Error: missing field `tenant`' });
};

/** Services whose pods are ready in part. */
export const partialServices = {
  'service-endpoints-partial': {
    positive: [
      { when: 'one of two pods crashes', at, as: 'symptom of container-exit-error', shows: '1 of 2', build: halfDown },
    ],
    nearMiss: [
      {
        why: 'none is left: that is service-no-ready-endpoints',
        build: () => {
          const snapshot = healthyNamespace();
          return crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { log: 'Error: missing field `tenant`' });
        },
      },
      {
        why: 'a pod of a rollout has just been made',
        roots: [],
        build: () => {
          const snapshot = healthyNamespace();
          const made = rollOut(
            snapshot,
            'otlp-app',
            (container) => {
              container.image = 'registry.example.com/otlp-app:1.5.0';
            },
            0.3,
          );
          return setState(
            snapshot,
            [made],
            { ready: false, started: false, state: { running: { startedAt: ago(0.2) } } },
            0.3,
          );
        },
      },
      { why: 'all are ready', roots: [], build: healthyNamespace },
    ],
    notApplicable: [{ why: 'neither pods nor endpoints may be read', unread: ['pods', 'endpointslices'] }],
  },
} satisfies Cases;
