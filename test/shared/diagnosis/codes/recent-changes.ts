import {
  configMapOf,
  crashLoop,
  everWith,
  podsOf,
  pullFails,
  recreate,
  rollOut,
  unready,
} from '#test/support/faults.ts';
import { ago, healthyNamespace } from '#test/support/namespace.ts';
import { type Cases, the } from './case.ts';

const at = the('Deployment', 'otlp-app');

/** Its ConfigMap, which it mounts, was written so many minutes ago. */
function changed(minutes: number) {
  const snapshot = healthyNamespace();
  configMapOf(snapshot, 'otlp-app-config').metadata.managedFields = [
    { manager: 'kubectl-edit', operation: 'Update', time: ago(minutes) },
  ];
  return snapshot;
}

const unreadyWith = (minutes: number) => {
  const snapshot = changed(minutes);
  return unready(
    snapshot,
    podsOf(snapshot, 'otlp-app'),
    'Readiness probe failed: HTTP probe failed with statuscode: 500',
  );
};

/** Changes that came shortly before a fault of which nothing says why. */
export const recentChanges = {
  'config-changed-recently': {
    positive: [
      {
        when: 'ten minutes before the pods were not ready',
        at,
        as: 'advice',
        shows: /T09:45:00/,
        build: () => unreadyWith(15),
      },
      {
        when: 'before they ended, and were started again with it',
        at,
        as: 'advice',
        build: () => {
          const snapshot = changed(10);
          everWith(snapshot, 'otlp-app', (container, spec) => {
            container.envFrom = [{ configMapRef: { name: 'otlp-app-config' } }];
            container.volumeMounts = [];
            spec.volumes = [];
          });
          return crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { log: 'Error: pool size 0' });
        },
      },
    ],
    nearMiss: [
      { why: 'it was changed afterwards', roots: ['readiness-probe-failing'], build: () => unreadyWith(2) },
      { why: 'it was changed hours ago', roots: ['readiness-probe-failing'], build: () => unreadyWith(200) },
      { why: 'all is well', roots: [], build: () => changed(15) },
      {
        why: 'a known cause explains it',
        roots: ['image-not-found'],
        build: () => {
          const snapshot = changed(15);
          return pullFails(snapshot, podsOf(snapshot, 'otlp-app'), 'registry.example.com/otlp-app:1.4.2: not found');
        },
      },
      {
        why: 'a revision came after it, and can be taken back',
        roots: ['container-exit-error'],
        build: () => {
          const snapshot = changed(15);
          rollOut(snapshot, 'otlp-app', (container) => {
            container.image = 'registry.example.com/otlp-app:1.5.0';
          });
          recreate(snapshot, 'otlp-app');
          return crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { log: 'Error: bad flag' });
        },
      },
      {
        why: 'variables of running pods are those of their start',
        roots: ['readiness-probe-failing'],
        build: () => {
          const snapshot = unreadyWith(15);
          return everWith(snapshot, 'otlp-app', (container, spec) => {
            container.envFrom = [{ configMapRef: { name: 'otlp-app-config' } }];
            container.volumeMounts = [];
            spec.volumes = [];
          });
        },
      },
    ],
    notApplicable: [{ why: 'ConfigMaps may not be read', unread: ['configmaps'] }],
  },
} satisfies Cases;
