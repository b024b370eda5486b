import type { Snapshot } from '#shared/domain/snapshot.ts';
import { crashLoop, event, everWith, podsOf, setState } from '#test/support/faults.ts';
import { ago, healthyNamespace } from '#test/support/namespace.ts';
import { type Cases, inPodsOf, type NotApplicable, UNREAD_PODS } from '../case.ts';
import { REFUSED, TIMES_OUT } from './answers.ts';

const at = inPodsOf('otlp-app', 'app');

/** The kubelet restarts it for its liveness probe, again and again; `running` = it has just been started again. */
function restarted(message: string, { exitCode = 137, running = false } = {}): Snapshot {
  const snapshot = healthyNamespace();
  const pods = podsOf(snapshot, 'otlp-app');
  if (!running) crashLoop(snapshot, pods, { exitCode, restarts: 4 });
  else
    setState(snapshot, pods, {
      ready: false,
      started: true,
      restartCount: 4,
      state: { running: { startedAt: ago(0.3) } },
      lastState: {
        terminated: { exitCode, reason: exitCode ? 'Error' : 'Completed', startedAt: ago(4), finishedAt: ago(0.4) },
      },
    });
  for (const pod of pods) {
    event(snapshot, pod, 'Unhealthy', `Liveness probe ${message}`, { since: 14 });
    event(snapshot, pod, 'Killing', 'Container app failed liveness probe, will be restarted', { since: 14 });
  }
  return snapshot;
}

/** It has a startup probe, has never been ready, and is killed for that each time. */
function neverStarts(message: string, looping = true): Snapshot {
  const snapshot = healthyNamespace();
  everWith(snapshot, 'otlp-app', (container) => {
    container.startupProbe = { httpGet: { path: '/health', port: 'http' }, periodSeconds: 5, failureThreshold: 6 };
  });
  const pods = podsOf(snapshot, 'otlp-app');
  if (looping) crashLoop(snapshot, pods, { exitCode: 137, restarts: 5 });
  else
    setState(snapshot, pods, {
      ready: false,
      started: false,
      restartCount: 3,
      state: { running: { startedAt: ago(0.2) } },
      lastState: { terminated: { exitCode: 137, reason: 'Error', finishedAt: ago(0.4) } },
    });
  for (const pod of pods) {
    event(snapshot, pod, 'Unhealthy', `Startup probe ${message}`);
    event(snapshot, pod, 'Killing', 'Container app failed startup probe, will be restarted');
  }
  return snapshot;
}

/** Only events could say it: the container ends sooner than any probe gives up. */
const withoutEvents = (build: () => Snapshot): NotApplicable => ({
  why: 'events may not be read, and it ends within a second',
  unread: ['events'],
  build: () => {
    const snapshot = build();
    for (const { status } of podsOf(snapshot, 'otlp-app'))
      for (const { lastState } of status?.containerStatuses ?? [])
        if (lastState?.terminated?.finishedAt) lastState.terminated.startedAt = lastState.terminated.finishedAt;
    return snapshot;
  },
});

/** Probes whose failure restarts the container. */
export const probes = {
  'liveness-probe-failing': {
    positive: [
      {
        when: 'a hung process that does not answer in time',
        at,
        severity: 'P0',
        shows: 'context deadline exceeded',
        build: () => restarted(`failed: ${TIMES_OUT}`),
      },
      {
        when: 'it has just been started again',
        at,
        severity: 'P0',
        build: () => restarted(`failed: ${REFUSED}`, { running: true }),
      },
      {
        when: 'the path of the probe is wrong',
        because: /does not know the path/,
        at,
        severity: 'P0',
        shows: 'statuscode: 404',
        build: () => restarted('failed: HTTP probe failed with statuscode: 404'),
      },
      {
        when: 'a process that handles SIGTERM ends well each time',
        at,
        severity: 'P0',
        build: () => restarted(`failed: ${TIMES_OUT}`, { exitCode: 0 }),
      },
      {
        when: 'gRPC: it says that it does not serve',
        because: /answers that it is not well/,
        at,
        severity: 'P0',
        shows: 'NOT_SERVING',
        build: () => restarted('failed: service unhealthy (responded with "NOT_SERVING")'),
      },
      {
        when: 'a command that takes too long',
        because: /command of the probe does not end in time/,
        at,
        severity: 'P0',
        build: () => restarted('failed: command timed out: "/bin/healthcheck" timed out after 1s'),
      },
    ],
    nearMiss: [
      {
        why: 'it crashes by itself, and the probe has not had its turn',
        roots: ['container-exit-error'],
        build: () => {
          const snapshot = healthyNamespace();
          return crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { exitCode: 1 });
        },
      },
      {
        why: 'one slow answer that did not repeat',
        roots: [],
        build: () => {
          const snapshot = healthyNamespace();
          for (const pod of podsOf(snapshot, 'otlp-app'))
            event(snapshot, pod, 'Unhealthy', `Liveness probe failed: ${TIMES_OUT}`, { since: 2, last: 2 });
          return snapshot;
        },
      },
    ],
    notApplicable: [UNREAD_PODS, withoutEvents(() => restarted(`failed: ${TIMES_OUT}`))],
  },
  'startup-probe-failing': {
    positive: [
      {
        when: 'it is killed before it has come up, each time',
        at,
        severity: 'P0',
        shows: 'Startup probe failed',
        build: () => neverStarts(`failed: ${REFUSED}`),
      },
      { when: 'it is at its next try', at, severity: 'P0', build: () => neverStarts(`failed: ${REFUSED}`, false) },
      {
        when: 'gRPC: nobody answers',
        because: /Nobody takes the connection/,
        at,
        severity: 'P0',
        build: () =>
          neverStarts(
            'failed: timeout: failed to connect service "10.0.1.5:8080" within 1s: context deadline exceeded',
          ),
      },
    ],
    nearMiss: [
      {
        why: 'a slow start within what the probe allows',
        build: () => {
          const snapshot = neverStarts(`failed: ${REFUSED}`, false);
          const pods = podsOf(snapshot, 'otlp-app');
          setState(
            snapshot,
            pods,
            {
              ready: false,
              started: false,
              restartCount: 0,
              state: { running: { startedAt: ago(0.3) } },
              lastState: {},
            },
            0.3,
          );
          return snapshot;
        },
      },
      {
        why: 'it has come up, and its liveness probe fails',
        roots: ['liveness-probe-failing'],
        build: () => restarted(`failed: ${TIMES_OUT}`, { running: true }),
      },
    ],
    notApplicable: [UNREAD_PODS, withoutEvents(() => neverStarts(`failed: ${REFUSED}`))],
  },
} satisfies Cases;
