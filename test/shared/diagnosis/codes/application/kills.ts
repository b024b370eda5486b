import type { Snapshot } from '#shared/domain/snapshot.ts';
import { event, podsOf, rollOut, setState } from '#test/support/faults.ts';
import { ago, healthyNamespace } from '#test/support/namespace.ts';
import { type Cases, inPodsOf, UNREAD_PODS } from '../case.ts';
import { diedOnce, dies, startedAgain } from './dying.ts';

const at = inPodsOf('otlp-app', 'app');

const killedByProbe = (): Snapshot => {
  const snapshot = dies({ exitCode: 137 });
  for (const pod of podsOf(snapshot, 'otlp-app')) {
    event(
      snapshot,
      pod,
      'Unhealthy',
      'Liveness probe failed: Get "http://10.0.1.5:8080/health": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
    );
    event(snapshot, pod, 'Killing', 'Container app failed liveness probe, will be restarted');
  }
  return snapshot;
};

/** Containers that the kernel or somebody else kills. */
export const kills = {
  'container-oom-killed': {
    positive: [
      {
        when: 'it is killed at every start',
        at,
        severity: 'P0',
        shows: 'OOMKilled',
        build: () => dies({ exitCode: 137, reason: 'OOMKilled' }),
      },
      {
        when: 'it is killed under load and has just been started again',
        at,
        severity: 'P0',
        shows: '256Mi',
        build: () => startedAgain(137, 'OOMKilled'),
      },
      {
        when: 'the newest revision lowered the limit, and its pod has just been killed',
        at,
        severity: 'P2',
        shows: '64Mi',
        build: () => {
          const snapshot = healthyNamespace();
          const made = rollOut(snapshot, 'otlp-app', (container) => {
            container.resources = { limits: { memory: '64Mi' } };
          });
          const end = { exitCode: 137, reason: 'OOMKilled', startedAt: ago(1.5), finishedAt: ago(0.1) };
          return setState(snapshot, [made], {
            restartCount: 3,
            started: false,
            state: { terminated: end },
            lastState: {},
          });
        },
      },
      { when: 'once, a few minutes ago, and it runs', at, as: 'advice', build: () => diedOnce(6, 137, 'OOMKilled') },
    ],
    nearMiss: [
      {
        why: 'SIGKILL by somebody else than the kernel',
        roots: ['container-sigkill-not-oom'],
        build: () => dies({ exitCode: 137 }),
      },
      { why: 'it was killed two hours ago, and runs since', roots: [], build: () => diedOnce(120, 137, 'OOMKilled') },
      {
        why: 'its own runtime says that it is out of memory, and ends it',
        roots: ['container-exit-error'],
        build: () => dies({ exitCode: 3, log: 'Terminating due to java.lang.OutOfMemoryError: Java heap space' }),
      },
    ],
    notApplicable: [UNREAD_PODS],
  },
  'container-sigkill-not-oom': {
    positive: [
      {
        when: 'nobody says who killed it',
        at,
        severity: 'P0',
        shows: '137',
        build: () => dies({ exitCode: 137, log: '2026-11-20T09:58:01Z INFO serving' }),
      },
      {
        when: 'the runtime lost it',
        at,
        severity: 'P0',
        shows: 'ContainerStatusUnknown',
        build: () =>
          dies({
            exitCode: 137,
            reason: 'ContainerStatusUnknown',
            message: 'The container could not be located when the pod was terminated',
          }),
      },
      {
        when: 'the kubelet, for its liveness probe',
        at,
        severity: 'P0',
        as: 'symptom of liveness-probe-failing',
        build: killedByProbe,
      },
    ],
    nearMiss: [
      {
        why: 'the kernel, for its memory use',
        roots: ['container-oom-killed'],
        build: () => dies({ exitCode: 137, reason: 'OOMKilled' }),
      },
      {
        why: 'SIGTERM, which it does not handle',
        roots: ['container-exit-error'],
        build: () => dies({ exitCode: 143 }),
      },
      {
        why: 'the node was restarted an hour ago',
        roots: [],
        build: () => diedOnce(60, 137, 'ContainerStatusUnknown'),
      },
    ],
    notApplicable: [UNREAD_PODS],
  },
} satisfies Cases;
