import type { Snapshot } from '#shared/domain/snapshot.ts';
import { addLog, crashLoop, podsOf, setState } from '#test/support/faults.ts';
import { ago, healthyNamespace } from '#test/support/namespace.ts';

export type Crash = NonNullable<Parameters<typeof crashLoop>[2]>;

/** Every pod of the application ends so, again and again. */
export const dies = (crash: Crash): Snapshot => {
  const snapshot = healthyNamespace();
  return crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), crash);
};

/** It runs now, and ended so some time ago. */
export const diedOnce = (minutes: number, exitCode: number, reason: string, restartCount = 1): Snapshot => {
  const snapshot = healthyNamespace();
  return setState(snapshot, podsOf(snapshot, 'otlp-app'), {
    ready: true,
    started: true,
    restartCount,
    state: { running: { startedAt: ago(minutes) } },
    lastState: { terminated: { exitCode, reason, startedAt: ago(minutes + 60), finishedAt: ago(minutes) } },
  });
};

/** Between two crashes: it has been started again a moment ago. */
export const startedAgain = (exitCode: number, reason: string, log?: string): Snapshot => {
  const snapshot = healthyNamespace();
  const pods = podsOf(snapshot, 'otlp-app');
  setState(snapshot, pods, {
    ready: false,
    started: true,
    restartCount: 5,
    state: { running: { startedAt: ago(0.2) } },
    lastState: { terminated: { exitCode, reason, startedAt: ago(4), finishedAt: ago(3) } },
  });
  for (const pod of log === undefined ? [] : pods) addLog(snapshot, pod, log ?? '', true);
  return snapshot;
};
