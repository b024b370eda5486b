import { describe, expect, it } from 'vitest';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import { judge } from '#test/support/diagnosing.ts';
import {
  configMapOf,
  crashLoop,
  deploymentOf,
  event,
  everWith,
  podsOf,
  pullFails,
  recreate,
  rollOut,
  setState,
  unready,
  waiting,
} from '#test/support/faults.ts';
import { ago, healthyNamespace, NAMESPACE, settle } from '#test/support/namespace.ts';

const actionOf = (snapshot: Snapshot) => judge(snapshot).action;

const badImage = (minutes = 10) => {
  const snapshot = healthyNamespace();
  const made = rollOut(
    snapshot,
    'otlp-app',
    (container) => {
      container.image = 'registry.example.com/otlp-app:1.4.3-typo';
    },
    minutes,
  );
  return pullFails(snapshot, [made], 'not found');
};

describe('a rollback', () => {
  it('is advised, with its revision, when the newest one brought the fault', () => {
    expect(actionOf(badImage())).toMatchObject({ class: 'rollback', toRevision: 2 });
    expect(actionOf(recreate(badImage(), 'otlp-app'))).toMatchObject({ class: 'rollback', toRevision: 2 });
  });

  it('passes over revisions that differ only by a restart', () => {
    const snapshot = badImage(20);
    const restarted = rollOut(snapshot, 'otlp-app', () => undefined, 5);
    const { replicasets } = snapshot.objects;
    const set = replicasets.at(-1);
    if (set?.spec.template.metadata)
      set.spec.template.metadata.annotations = { 'kubectl.kubernetes.io/restartedAt': ago(5) };
    pullFails(snapshot, [restarted], 'not found');
    expect(actionOf(snapshot)).toMatchObject({ class: 'rollback', toRevision: 2 });
  });

  it('is not advised when the revision ran well for days', () => {
    const snapshot = healthyNamespace();
    crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { exitCode: 101 });
    const { class: kind, reason } = actionOf(snapshot);
    expect(kind).toBe('escalate');
    expect(reason).toMatch(/revision 2 had run for \d+ h/);
  });

  it('is not advised when the older revision has the same image', () => {
    const snapshot = healthyNamespace();
    const made = rollOut(snapshot, 'otlp-app', (container) => {
      container.env?.push({ name: 'NEW', value: '1' });
    });
    snapshot.objects.replicasets = snapshot.objects.replicasets.filter(
      ({ metadata }) => metadata.name !== 'otlp-app-7d4f9c1',
    );
    pullFails(snapshot, [made], 'not found');
    expect(actionOf(snapshot)).toMatchObject({
      class: 'escalate',
      reason: expect.stringContaining('the same reason to fail'),
    });
  });

  it('is advised for a Secret that only the newest revision asks for, not for one that all ask for', () => {
    const asksForNew = healthyNamespace();
    const made = rollOut(asksForNew, 'otlp-app', (container) => {
      container.envFrom = [{ secretRef: { name: 'brand-new' } }];
    });
    asksForNew.absentSecrets.push({ namespace: NAMESPACE, name: 'brand-new' });
    waiting(asksForNew, [made], 'CreateContainerConfigError', 'secret "brand-new" not found');
    expect(actionOf(asksForNew)).toMatchObject({ class: 'rollback', toRevision: 2 });

    const lostOld = healthyNamespace();
    const fresh = rollOut(lostOld, 'otlp-app', (container) => {
      container.image = 'registry.example.com/otlp-app:1.4.3';
    });
    lostOld.secrets = [];
    lostOld.absentSecrets.push({ namespace: NAMESPACE, name: 'otlp-app-secrets' });
    waiting(lostOld, [fresh], 'CreateContainerConfigError', 'secret "otlp-app-secrets" not found');
    expect(actionOf(lostOld)).toMatchObject({
      class: 'escalate',
      reason: expect.stringContaining('the same reason to fail'),
    });
  });

  it('is not advised when the configuration changed after the revision', () => {
    const snapshot = healthyNamespace();
    const made = rollOut(
      snapshot,
      'otlp-app',
      (container) => {
        container.image = 'registry.example.com/otlp-app:1.4.3';
      },
      30,
    );
    configMapOf(snapshot, 'otlp-app-config').metadata.managedFields = [{ manager: 'kubectl-edit', time: ago(12) }];
    crashLoop(snapshot, [made], { exitCode: 1, since: 10 });
    expect(actionOf(snapshot)).toMatchObject({
      class: 'escalate',
      reason: expect.stringContaining('configmap otlp-app-config changed after revision 3'),
    });
  });

  it('is not advised from a revision that is itself a return', () => {
    const snapshot = badImage();
    const { replicasets } = snapshot.objects;
    const set = replicasets.at(-1);
    Object.assign(set?.metadata ?? {}, { creationTimestamp: ago(60 * 24 * 20) });
    expect(actionOf(snapshot)).toMatchObject({ class: 'escalate', reason: expect.stringContaining('itself a return') });
  });

  it('is not advised where there is nothing to go back to', () => {
    const snapshot = badImage();
    snapshot.objects.replicasets = snapshot.objects.replicasets.slice(-1);
    expect(actionOf(snapshot)).toMatchObject({
      class: 'escalate',
      reason: expect.stringContaining('no older revision'),
    });
  });
});

describe('a restart', () => {
  const hung = (snapshot: Snapshot, pods = podsOf(snapshot, 'otlp-app')) =>
    unready(snapshot, pods, 'Readiness probe failed: context deadline exceeded');

  it('is advised for a process that hangs after it has worked', () => {
    expect(actionOf(hung(healthyNamespace()))).toMatchObject({
      class: 'restart',
      reason: expect.stringContaining('readiness-probe-failing'),
    });
  });

  it('gives way to a rollback where the newest revision has never been ready', () => {
    const snapshot = healthyNamespace();
    const made = rollOut(snapshot, 'otlp-app', (container) => {
      container.image = 'registry.example.com/otlp-app:1.4.3';
    });
    hung(snapshot, [made]);
    expect(actionOf(snapshot)).toMatchObject({ class: 'rollback', toRevision: 2 });
  });

  it('is not advised where the kubelet has made it three times already, and it did not last', () => {
    const failing = (restartCount: number) => {
      const snapshot = hung(healthyNamespace());
      const pods = podsOf(snapshot, 'otlp-app');
      setState(snapshot, pods, {
        ready: false,
        started: true,
        restartCount,
        state: { running: { startedAt: ago(1) } },
        lastState: { terminated: { exitCode: 137, reason: 'Error', finishedAt: ago(1) } },
      });
      for (const pod of pods) event(snapshot, pod, 'Unhealthy', 'Liveness probe failed: context deadline exceeded');
      return snapshot;
    };
    expect(judge(failing(1))).toMatchObject({
      rootCauses: [{ code: 'liveness-probe-failing', actions: ['restart', 'rollback'] }],
      action: { class: 'restart' },
    });
    expect(judge(failing(3))).toMatchObject({
      rootCauses: [{ code: 'liveness-probe-failing', actions: ['rollback', 'escalate'] }],
      action: {
        class: 'escalate',
        reason: expect.stringMatching(
          /^a restart does not cure liveness-probe-failing: the kubelet has restarted container app of pod otlp-app-\S+ 3 times/,
        ),
      },
    });

    const older = failing(3);
    for (const { status } of podsOf(older, 'otlp-app'))
      Object.assign(status?.containerStatuses?.[0] ?? {}, {
        state: { running: { startedAt: ago(90) } },
        lastState: { terminated: { exitCode: 137, reason: 'Error', finishedAt: ago(90) } },
      });
    expect(actionOf(older).class).toBe('restart');
  });

  it('is not advised for what it cannot cure', () => {
    const snapshot = healthyNamespace();
    crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { exitCode: 1 });
    expect(actionOf(snapshot).reason).toMatch(/^a restart cannot cure container-exit-error/);
  });
});

describe('no action', () => {
  it('is advised when all is well, and to wait while pods start', () => {
    expect(actionOf(healthyNamespace())).toEqual({ class: 'none', reason: 'nothing fails' });
    const starting = healthyNamespace();
    const made = rollOut(starting, 'otlp-app', () => undefined, 0.3);
    waiting(starting, [made], 'ContainerCreating', undefined, 0.3);
    starting.objects.pods = starting.objects.pods.filter(
      (pod) => pod === made || pod.metadata.name.endsWith('aaaaa') || pod.metadata.labels?.app === 'otel-collector',
    );
    settle(starting);
    Object.assign(deploymentOf(starting, 'otlp-app').status?.conditions?.[0] ?? {}, { status: 'True' });
    expect(judge(starting)).toMatchObject({ verdict: 'healthy', action: { class: 'wait' } });
  });

  it('but to wait is advised when the registry limits pulls', () => {
    const snapshot = everWith(healthyNamespace(), 'otlp-app', () => undefined);
    pullFails(snapshot, podsOf(snapshot, 'otlp-app'), '429 Too Many Requests: toomanyrequests');
    expect(actionOf(snapshot).class).toBe('wait');
  });
});
