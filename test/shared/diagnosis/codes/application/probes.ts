import type { Snapshot } from '#shared/domain/snapshot.ts';
import { addLog, crashLoop, event, everWith, podsOf, setState, unready } from '#test/support/faults.ts';
import { ago, healthyNamespace } from '#test/support/namespace.ts';
import { type Cases, inPodsOf } from '../case.ts';

const at = inPodsOf('otlp-app', 'app');
const unreadPods = { why: 'pods may not be read', unread: ['pods'] } as const;

const TIMES_OUT =
  'Get "http://10.0.1.5:8080/health": context deadline exceeded (Client.Timeout exceeded while awaiting headers)';
const REFUSED = 'Get "http://10.0.1.5:8080/health": dial tcp 10.0.1.5:8080: connect: connection refused';

/** It runs, and its readiness probe says no. */
const notReady = (message: string, since = 5): Snapshot => {
  const snapshot = healthyNamespace();
  return unready(snapshot, podsOf(snapshot, 'otlp-app'), `Readiness probe ${message}`, since);
};

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

/** Its readiness probe asks that port. */
const probing = (port: number | string, message?: string): Snapshot => {
  const snapshot = healthyNamespace();
  everWith(snapshot, 'otlp-app', (container) => {
    container.readinessProbe = { httpGet: { path: '/health', port } };
  });
  return message === undefined ? snapshot : unready(snapshot, podsOf(snapshot, 'otlp-app'), message);
};

/** Probes that fail, and those that ask at the wrong place. */
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
        at,
        severity: 'P0',
        shows: 'NOT_SERVING',
        build: () => restarted('failed: service unhealthy (responded with "NOT_SERVING")'),
      },
      {
        when: 'a command that takes too long',
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
    notApplicable: [unreadPods, { why: 'events may not be read', unread: ['events'] }],
  },
  'readiness-probe-failing': {
    positive: [
      {
        when: 'it answers that it is not well',
        at,
        severity: 'P0',
        shows: 'statuscode: 503',
        build: () => notReady('failed: HTTP probe failed with statuscode: 503'),
      },
      { when: 'it does not answer in time', at, severity: 'P0', build: () => notReady(`failed: ${TIMES_OUT}`) },
      { when: 'nothing listens', at, severity: 'P0', build: () => notReady(`failed: ${REFUSED}`) },
      {
        when: 'a command says no',
        at,
        severity: 'P0',
        shows: 'not in sync',
        build: () => notReady('failed: replica is not in sync'),
      },
      {
        when: 'a command cannot be run at all',
        at,
        severity: 'P0',
        build: () =>
          notReady(
            'errored and resulted in unknown state: rpc error: code = Unknown desc = failed to exec in container: failed to start exec "1f2e": OCI runtime exec failed: exec failed: unable to start container process: exec: "curl": executable file not found in $PATH: unknown',
          ),
      },
      {
        when: 'one of two pods alone',
        at,
        severity: 'P2',
        build: () => {
          const snapshot = healthyNamespace();
          return unready(
            snapshot,
            podsOf(snapshot, 'otlp-app').slice(0, 1),
            'Readiness probe failed: HTTP probe failed with statuscode: 500',
          );
        },
      },
      {
        when: 'events may not be read, and it has been unready for long',
        at,
        severity: 'P0',
        build: () => {
          const snapshot = notReady('failed: HTTP probe failed with statuscode: 503', 15);
          snapshot.objects.events = [];
          snapshot.coverage.notChecked.push({ check: 'events', why: 'forbidden' });
          return snapshot;
        },
      },
    ],
    nearMiss: [
      {
        why: 'it crashes, and cannot answer',
        roots: ['container-exit-error'],
        build: () => {
          const snapshot = healthyNamespace();
          const pods = podsOf(snapshot, 'otlp-app');
          crashLoop(snapshot, pods, {});
          for (const pod of pods) event(snapshot, pod, 'Unhealthy', `Readiness probe failed: ${REFUSED}`);
          return snapshot;
        },
      },
      {
        why: 'it was busy for a moment and is ready again',
        roots: [],
        build: () => {
          const snapshot = healthyNamespace();
          for (const pod of podsOf(snapshot, 'otlp-app'))
            event(snapshot, pod, 'Unhealthy', `Readiness probe failed: ${TIMES_OUT}`, { since: 3, last: 2 });
          return snapshot;
        },
      },
      {
        why: 'a redirect of the probe is only a warning',
        roots: [],
        build: () => {
          const snapshot = healthyNamespace();
          for (const pod of podsOf(snapshot, 'otlp-app'))
            event(
              snapshot,
              pod,
              'ProbeWarning',
              'Readiness probe warning: Probe terminated redirects, Response body: <a href="https://login.example.com">Found</a>',
            );
          return snapshot;
        },
      },
    ],
    notApplicable: [unreadPods],
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
    notApplicable: [unreadPods, { why: 'events may not be read', unread: ['events'] }],
  },
  'probe-port-mismatch': {
    positive: [
      {
        when: 'a name that no port of the container has',
        at,
        severity: 'P0',
        shows: 'web',
        build: () =>
          probing(
            'web',
            'Readiness probe errored and resulted in unknown state: strconv.Atoi: parsing "web": invalid syntax',
          ),
      },
      {
        when: 'a number where nothing listens, and that is not declared',
        at,
        severity: 'P0',
        shows: '9090',
        build: () =>
          probing(
            9090,
            'Readiness probe failed: Get "http://10.0.1.5:9090/health": dial tcp 10.0.1.5:9090: connect: connection refused',
          ),
      },
      {
        when: 'a liveness probe by a name, which counts for nothing while it errs',
        at,
        as: 'advice',
        build: () =>
          everWith(healthyNamespace(), 'otlp-app', (container) => {
            container.livenessProbe = { httpGet: { path: '/health', port: 'web' } };
          }),
      },
    ],
    nearMiss: [
      { why: 'an undeclared port on which something listens', roots: [], build: () => probing(9090) },
      {
        why: 'the declared port, on which nothing listens',
        roots: ['readiness-probe-failing'],
        build: () => probing('http', `Readiness probe failed: ${REFUSED}`),
      },
      {
        why: 'it crashes, and no port of it is open',
        roots: ['container-exit-error'],
        build: () => {
          const snapshot = probing(8080);
          const pods = podsOf(snapshot, 'otlp-app');
          crashLoop(snapshot, pods, {});
          for (const pod of pods) {
            event(snapshot, pod, 'Unhealthy', `Readiness probe failed: ${REFUSED}`);
            addLog(snapshot, pod, 'Error: cannot read /etc/otlp-app/config.yaml', true);
          }
          return snapshot;
        },
      },
    ],
    notApplicable: [
      unreadPods,
      {
        why: 'the containers have no probes',
        build: () =>
          everWith(healthyNamespace(), 'otlp-app', (container) => {
            delete container.livenessProbe;
            delete container.readinessProbe;
          }),
      },
    ],
  },
} satisfies Cases;
