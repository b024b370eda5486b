import { describe, expect, it } from 'vitest';
import { codes, findingOf, judge, roots } from '#test/support/diagnosing.ts';
import { crashLoop, event, everWith, podsOf, setState, unready, waiting } from '#test/support/faults.ts';
import { ago, healthyNamespace } from '#test/support/namespace.ts';

const TIMEOUT =
  'Readiness probe failed: Get "http://10.0.1.5:8080/health": context deadline exceeded (Client.Timeout exceeded while awaiting headers)';

describe('a stuck process', () => {
  it('has the readiness probe as its root, and a restart as the action', () => {
    const snapshot = healthyNamespace();
    unready(snapshot, podsOf(snapshot, 'otlp-app'), TIMEOUT);
    const found = judge(snapshot);
    expect(found).toMatchObject({ verdict: 'failed', layer: 'application', action: { class: 'restart' } });
    expect(found.rootCauses).toMatchObject([
      { code: 'readiness-probe-failing', actions: ['restart', 'rollback'], severity: 'P0', confidence: 'certain' },
    ]);
    expect(found.rootCauses[0]?.cause).toContain('hung');
  });

  it('has one root when both probes fail: the liveness probe', () => {
    const snapshot = healthyNamespace();
    unready(snapshot, podsOf(snapshot, 'otlp-app'), TIMEOUT);
    for (const pod of podsOf(snapshot, 'otlp-app')) {
      event(snapshot, pod, 'Unhealthy', TIMEOUT.replace('Readiness', 'Liveness'));
    }
    expect(roots(snapshot)).toEqual(['liveness-probe-failing']);
    expect(judge(snapshot).action.class).toBe('restart');
  });

  it('is seen without an event, from the condition and the probe, though less surely', () => {
    const snapshot = healthyNamespace();
    unready(snapshot, podsOf(snapshot, 'otlp-app'));
    expect(findingOf(snapshot, 'readiness-probe-failing').confidence).toBe('likely');
  });
});

describe('a container that was ended, where there are no events', () => {
  /** It ran for so many seconds; its liveness probe allows thirty. */
  const ended = (exitCode: number, seconds: number, log?: string) => {
    const snapshot = healthyNamespace();
    crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { exitCode, ...(log && { log }) });
    snapshot.objects.events = [];
    for (const { status } of podsOf(snapshot, 'otlp-app'))
      for (const { lastState } of status?.containerStatuses ?? [])
        if (lastState?.terminated) lastState.terminated.startedAt = ago(1 + seconds / 60);
    return snapshot;
  };

  it.each([
    ['by SIGTERM, after an hour', 143, 3600, undefined],
    ['by SIGKILL, when the probe had failed three times and the grace was over', 137, 61, undefined],
    ['in its own way, as it says', 0, 400, 'INFO signal received: terminated\nINFO graceful shutdown done'],
    ['in its own way, with an error', 1, 400, 'Received SIGTERM\nINFO closing'],
  ])('%s, was most likely ended for its liveness probe', (_, exitCode, seconds, log) => {
    const snapshot = ended(exitCode, seconds, log);
    expect(roots(snapshot)).toEqual(['liveness-probe-failing']);
    expect(findingOf(snapshot, 'liveness-probe-failing').confidence).toBe('likely');
  });

  it.each([
    ['by SIGKILL, much later: that may be anything', 'container-sigkill-not-oom', 137, 3600, undefined],
    ['by SIGTERM before a probe could fail', 'container-exit-error', 143, 4, undefined],
    ['by itself', 'container-exit-error', 1, 31, 'Error: no route'],
    ['for its memory', 'container-exit-zero-loop', 0, 400, 'INFO all done'],
  ])('%s, was not', (_, code, exitCode, seconds, log) => {
    expect(roots(ended(exitCode, seconds, log))).toEqual([code]);
  });

  it('was not, where events tell of other things', () => {
    const snapshot = ended(143, 3600);
    for (const pod of podsOf(snapshot, 'otlp-app')) event(snapshot, pod, 'Started', 'Started container app');
    expect(roots(snapshot)).toEqual(['container-exit-error']);
  });

  it('was ended for its startup probe, where that allows as long', () => {
    const snapshot = everWith(ended(143, 65), 'otlp-app', (container) => {
      container.startupProbe = { httpGet: { path: '/health', port: 'http' }, periodSeconds: 5, failureThreshold: 12 };
    });
    expect(roots(snapshot)).toEqual(['startup-probe-failing']);
  });
});

describe('a native sidecar that does not start, where there are no events', () => {
  it('holds back the application, once it has had the time that its probe allows', () => {
    const waitsFor = (minutes: number) => {
      const snapshot = everWith(healthyNamespace(), 'otlp-app', (_, pod) => {
        const startupProbe = { httpGet: { path: '/ready', port: 15021 }, periodSeconds: 1, failureThreshold: 60 };
        pod.initContainers = [{ name: 'proxy', image: 'proxy:1', restartPolicy: 'Always', startupProbe }];
      });
      const pods = podsOf(snapshot, 'otlp-app');
      waiting(snapshot, pods, 'PodInitializing', undefined, minutes);
      const running = {
        ready: false,
        started: false,
        restartCount: 0,
        state: { running: { startedAt: ago(minutes) } },
      };
      for (const { status } of pods)
        if (status) status.initContainerStatuses = [{ name: 'proxy', image: 'proxy:1', ...running }];
      return snapshot;
    };
    expect(roots(waitsFor(7))).toEqual(['startup-probe-failing']);
    expect(codes(waitsFor(1))).not.toContain('startup-probe-failing');
  });
});

describe('a readiness probe', () => {
  it('is left alone while the container starts within what the probe allows', () => {
    const snapshot = healthyNamespace();
    setState(snapshot, podsOf(snapshot, 'otlp-app').slice(0, 1), {
      ready: false,
      started: true,
      state: { running: { startedAt: ago(0.4) } },
    });
    expect(codes(snapshot)).not.toContain('readiness-probe-failing');
  });

  it('counts at once when the container had been ready since it started', () => {
    const snapshot = healthyNamespace();
    const state = { running: { startedAt: ago(0.4) } };
    setState(snapshot, podsOf(snapshot, 'otlp-app'), { ready: false, started: true, state }, 0.1);
    for (const pod of podsOf(snapshot, 'otlp-app')) event(snapshot, pod, 'Unhealthy', TIMEOUT);
    expect(roots(snapshot)).toEqual(['readiness-probe-failing']);
  });

  it('is not the fault of a container that does not run', () => {
    const snapshot = healthyNamespace();
    crashLoop(snapshot, podsOf(snapshot, 'otlp-app'));
    for (const pod of podsOf(snapshot, 'otlp-app')) event(snapshot, pod, 'Unhealthy', TIMEOUT);
    expect(roots(snapshot)).toEqual(['container-exit-error']);
    expect(codes(snapshot)).not.toContain('readiness-probe-failing');
  });

  it('does not count for a container that has none', () => {
    const snapshot = everWith(healthyNamespace(), 'otlp-app', (container) => {
      delete container.readinessProbe;
    });
    unready(snapshot, podsOf(snapshot, 'otlp-app'));
    expect(codes(snapshot)).not.toContain('readiness-probe-failing');
  });
});

describe('a liveness probe', () => {
  it('explains why the container is killed and starts again and again', () => {
    const snapshot = healthyNamespace();
    crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { exitCode: 137, reason: 'Error' });
    for (const pod of podsOf(snapshot, 'otlp-app')) {
      event(snapshot, pod, 'Unhealthy', 'Liveness probe failed: HTTP probe failed with statuscode: 503');
      event(snapshot, pod, 'Killing', 'Container app failed liveness probe, will be restarted');
    }
    expect(roots(snapshot)).toEqual(['liveness-probe-failing']);
    expect(codes(snapshot)).toContain('container-sigkill-not-oom');
  });

  it('counts only for the container that the event is about', () => {
    const snapshot = healthyNamespace();
    unready(snapshot, podsOf(snapshot, 'otlp-app'));
    for (const pod of podsOf(snapshot, 'otlp-app')) event(snapshot, pod, 'Unhealthy', 'Liveness probe failed: x');
    for (const { involvedObject } of snapshot.objects.events) involvedObject.fieldPath = 'spec.containers{sidecar}';
    expect(codes(snapshot)).not.toContain('liveness-probe-failing');
  });
});

describe('a startup probe', () => {
  const slow = (started: boolean) => {
    const snapshot = everWith(healthyNamespace(), 'otlp-app', (container) => {
      container.startupProbe = { httpGet: { path: '/health', port: 'http' }, periodSeconds: 5, failureThreshold: 6 };
    });
    const pods = podsOf(snapshot, 'otlp-app');
    setState(snapshot, pods, {
      ready: false,
      started,
      restartCount: 3,
      state: { running: { startedAt: ago(0.3) } },
      lastState: { terminated: { exitCode: 137, reason: 'Error', finishedAt: ago(0.4) } },
    });
    for (const pod of pods)
      event(snapshot, pod, 'Unhealthy', 'Startup probe failed: dial tcp 10.0.1.5:8080: connect: connection refused');
    return snapshot;
  };

  it('is the root where it has the container killed before it has started', () => {
    expect(roots(slow(false))).toEqual(['startup-probe-failing']);
    expect(findingOf(slow(false), 'startup-probe-failing').cause).toContain('Nothing listens');
  });

  it('is over once the container has started', () => {
    expect(codes(slow(true))).not.toContain('startup-probe-failing');
  });
});
