import type { Snapshot } from '#shared/domain/snapshot.ts';
import { addLog, crashLoop, event, everWith, podsOf, setCondition, unready } from '#test/support/faults.ts';
import { healthyNamespace, settle } from '#test/support/namespace.ts';
import { withProxy } from '#test/support/other-shapes.ts';
import { isTold } from '#test/support/telling.ts';
import { type Cases, inPodsOf, UNREAD_PODS } from '../case.ts';
import { REFUSED, TIMES_OUT } from './answers.ts';

const at = inPodsOf('otlp-app', 'app');

/** It runs, and its readiness probe says no. */
const notReady = (message: string, since = 5): Snapshot => {
  const snapshot = healthyNamespace();
  return unready(snapshot, podsOf(snapshot, 'otlp-app'), `Readiness probe ${message}`, since);
};

/** Its readiness probe asks that port. */
const probing = (port: number | string, message?: string): Snapshot => {
  const snapshot = healthyNamespace();
  everWith(snapshot, 'otlp-app', (container) => {
    container.readinessProbe = { httpGet: { path: '/health', port } };
  });
  return message === undefined ? snapshot : unready(snapshot, podsOf(snapshot, 'otlp-app'), message);
};

const GATE = 'target-health.elbv2.k8s.aws/k8s-shop-otlpapp-0a1b2c3d4e';

/** The load balancer has a say in the readiness of the pods. */
function gated(status: 'True' | 'False' | undefined, minutes = 10): Snapshot {
  const snapshot = healthyNamespace();
  for (const { spec, status: pod } of podsOf(snapshot, 'otlp-app')) {
    spec.readinessGates = [{ conditionType: GATE }];
    if (status)
      pod?.conditions?.push({
        type: GATE,
        status,
        reason: 'Target.FailedHealthChecks',
        message: 'Health checks failed with these codes: [404]',
      });
    setCondition(pod?.conditions, { type: 'ContainersReady', status: 'True' }, minutes);
    if (status !== 'True')
      setCondition(
        pod?.conditions,
        {
          type: 'Ready',
          status: 'False',
          reason: 'ReadinessGatesNotReady',
          message: `corresponding condition of pod readiness gate "${GATE}" does not exist.`,
        },
        minutes,
      );
  }
  return settle(snapshot);
}

/** What keeps a running container from being ready. */
export const readiness = {
  'readiness-probe-failing': {
    positive: [
      {
        when: 'it answers that it is not well',
        at,
        severity: 'P0',
        shows: 'statuscode: 503',
        build: () => notReady('failed: HTTP probe failed with statuscode: 503'),
      },
      {
        when: 'it does not answer in time',
        because: /does not answer in time/,
        at,
        severity: 'P0',
        build: () => notReady(`failed: ${TIMES_OUT}`),
      },
      {
        when: 'nothing listens',
        because: /Nothing listens/,
        at,
        severity: 'P0',
        build: () => notReady(`failed: ${REFUSED}`),
      },
      {
        when: 'a command says no',
        at,
        severity: 'P0',
        shows: 'not in sync',
        build: () => notReady('failed: replica is not in sync'),
      },
      {
        when: 'a command cannot be run at all',
        because: /cannot be run in the container/,
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
        when: 'a proxy beside it, which is ready itself',
        at,
        severity: 'P0',
        shows: 'statuscode: 503',
        build: () => {
          const snapshot = withProxy(healthyNamespace());
          const pods = podsOf(snapshot, 'otlp-app');
          for (const pod of pods) {
            const says = 'Readiness probe failed: HTTP probe failed with statuscode: 503';
            event(snapshot, pod, 'Unhealthy', says, { fieldPath: 'spec.containers{app}' });
            for (const each of pod.status?.containerStatuses ?? []) each.ready = each.name !== 'app';
            setCondition(pod.status?.conditions, { type: 'Ready', status: 'False' }, 5);
            setCondition(pod.status?.conditions, { type: 'ContainersReady', status: 'False' }, 5);
          }
          return settle(snapshot);
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
        build: () =>
          isTold(healthyNamespace(), 'Unhealthy', `Readiness probe failed: ${TIMES_OUT}`, { since: 3, last: 2 }),
      },
      {
        why: 'a redirect of the probe is only a warning',
        roots: [],
        build: () =>
          isTold(
            healthyNamespace(),
            'ProbeWarning',
            'Readiness probe warning: Probe terminated redirects, Response body: <a href="https://login.example.com">Found</a>',
          ),
      },
    ],
    notApplicable: [UNREAD_PODS],
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
      UNREAD_PODS,
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
  'readiness-gate-pending': {
    positive: [
      {
        when: 'the target group finds the pods unhealthy',
        at: inPodsOf('otlp-app'),
        severity: 'P0',
        shows: 'Health checks failed with these codes: [404]',
        build: () => gated('False'),
      },
      {
        when: 'nobody has ever set the gate',
        at: inPodsOf('otlp-app'),
        severity: 'P0',
        shows: 'not set',
        build: () => gated(undefined),
      },
    ],
    nearMiss: [
      { why: 'the load balancer is content', roots: [], build: () => gated('True') },
      { why: 'the first health check is under way', build: () => gated('False', 0.5) },
      {
        why: 'the containers themselves are not ready',
        roots: ['readiness-probe-failing'],
        build: () => {
          const snapshot = gated('False');
          unready(
            snapshot,
            podsOf(snapshot, 'otlp-app'),
            'Readiness probe failed: HTTP probe failed with statuscode: 503',
          );
          return snapshot;
        },
      },
    ],
    notApplicable: [UNREAD_PODS, { why: 'the pods have no gate', build: healthyNamespace }],
  },
} satisfies Cases;
