import { describe, expect, it } from 'vitest';
import { codes, codesIn, findingOf, judge, roots } from '#test/support/diagnosing.ts';
import {
  deploymentOf,
  podsOf,
  pullFails,
  rollOut,
  scaleToZero,
  setCondition,
  waiting,
  withoutDeployment,
} from '#test/support/faults.ts';
import { healthyNamespace, sandboxTarget, wholeNamespace } from '#test/support/namespace.ts';

const without = (name: string) => withoutDeployment(name, healthyNamespace());
const scaledToZero = (name: string) => scaleToZero(name, healthyNamespace());

describe('a Deployment without enough replicas', () => {
  it('shows what holds its pods back where no other rule has a word for it', () => {
    const snapshot = healthyNamespace();
    const { pods } = snapshot.objects;
    waiting(snapshot, pods.slice(0, 2), 'ReasonOfTomorrow', 'something that no kubelet says today');
    const found = judge(snapshot);
    expect(codesIn(found.rootCauses)).toEqual(['deployment-unavailable']);
    expect(found.rootCauses[0]?.evidence).toContainEqual(
      expect.objectContaining({
        value: 'ReasonOfTomorrow: something that no kubelet says today',
      }),
    );
    expect(found).toMatchObject({ verdict: 'failed', action: { class: 'escalate' } });
  });

  it('says what it can be where the kubelet makes no container, and no event tells why', () => {
    const snapshot = healthyNamespace();
    waiting(snapshot, podsOf(snapshot, 'otlp-app'), 'ContainerCreating', undefined, 12);
    expect(roots(snapshot)).toEqual(['deployment-unavailable']);
    expect(findingOf(snapshot, 'deployment-unavailable').cause).toMatch(/volumes .* network/);
  });

  it('is not one while a scale-up goes on', () => {
    const snapshot = healthyNamespace();
    const made = rollOut(snapshot, 'otlp-app', () => undefined, 0.5);
    made.metadata.ownerReferences = snapshot.objects.pods[0]?.metadata.ownerReferences ?? [];
    snapshot.objects.replicasets.pop();
    deploymentOf(snapshot, 'otlp-app').spec.replicas = 3;
    waiting(snapshot, [made], 'ContainerCreating', undefined, 0.5);
    Object.assign(deploymentOf(snapshot, 'otlp-app').status?.conditions?.[0] ?? {}, { status: 'True' });
    expect(codes(snapshot)).toEqual([]);
  });
});

describe('a rollout', () => {
  it('that passed its deadline is a symptom of what its pods suffer from', () => {
    const snapshot = healthyNamespace();
    pullFails(snapshot, [rollOut(snapshot, 'otlp-app', () => undefined, 20)], 'not found');
    setCondition(
      deploymentOf(snapshot, 'otlp-app').status?.conditions,
      {
        type: 'Progressing',
        status: 'False',
        reason: 'ProgressDeadlineExceeded',
        message: 'ReplicaSet "x" has timed out progressing.',
      },
      10,
    );
    expect(roots(snapshot)).toEqual(['image-not-found']);
    expect(findingOf(snapshot, 'deployment-progress-deadline').explainedBy).toBe(
      findingOf(snapshot, 'image-not-found').fingerprint,
    );
  });

  it('that is paused with a change behind it is a fault, without one only advice', () => {
    const snapshot = healthyNamespace();
    const owner = deploymentOf(snapshot, 'otlp-app');
    owner.spec.paused = true;
    expect(findingOf(snapshot, 'deployment-paused').severity).toBe('P3');
    owner.spec.template = structuredClone(owner.spec.template);
    Object.assign(owner.spec.template.spec.containers[0] ?? {}, { image: 'registry.example.com/otlp-app:1.5.0' });
    expect(roots(snapshot)).toEqual(['deployment-paused']);
    expect(judge(snapshot)).toMatchObject({ verdict: 'degraded', action: { class: 'escalate' } });
  });

  it('that is paused after a restart mark alone holds no change back', () => {
    const snapshot = healthyNamespace();
    const owner = deploymentOf(snapshot, 'otlp-app');
    owner.spec.paused = true;
    owner.spec.template = structuredClone(owner.spec.template);
    owner.spec.template.metadata = {
      ...owner.spec.template.metadata,
      annotations: { 'kubectl.kubernetes.io/restartedAt': '2026-11-20T09:50:00Z' },
    };
    expect(findingOf(snapshot, 'deployment-paused').severity).toBe('P3');
  });
});

describe('a workload scaled to zero', () => {
  it('is why the target is down, where the target names it', () => {
    const snapshot = scaledToZero('otlp-app');
    expect(roots(snapshot)).toEqual(['deployment-scaled-to-zero']);
    expect(judge(snapshot)).toMatchObject({ verdict: 'failed', action: { class: 'scale' } });
    expect(findingOf(snapshot, 'service-no-ready-endpoints').explainedBy).toBeDefined();
  });

  it('is a Collector that somebody sends to: its clients suffer', () => {
    expect(roots(scaledToZero('otel-collector'))).toEqual(['deployment-scaled-to-zero']);
  });
});

describe('a workload that is not there', () => {
  it('is the root, and its Service the symptom', () => {
    const snapshot = without('otlp-app');
    expect(roots(snapshot)).toEqual(['workload-missing']);
    expect(judge(snapshot).verdict).toBe('failed');
  });

  it('is the Collector only where something says that there should be one', () => {
    const snapshot = without('otel-collector');
    expect(roots(snapshot)).toEqual(['workload-missing']);
    snapshot.objects.services = snapshot.objects.services.filter(({ metadata }) => metadata.name !== 'otel-collector');
    expect(codes(snapshot)).not.toContain('workload-missing');
    expect(roots(snapshot)).toEqual(['otlp-endpoint-unknown-host']);
    const named = sandboxTarget({ collector: { workload: 'deployment/otel-collector', service: 'otel-collector' } });
    expect(roots(snapshot, named)).toEqual(expect.arrayContaining(['workload-missing', 'service-missing']));
  });

  it('cannot be told where Deployments could not be read', () => {
    const snapshot = without('otlp-app');
    snapshot.coverage.notChecked.push({ check: 'deployments', why: 'forbidden' });
    expect(codes(snapshot)).not.toContain('workload-missing');
  });

  it('means nothing for a target of the whole namespace', () => {
    expect(codes(without('otlp-app'), wholeNamespace())).not.toContain('workload-missing');
  });
});
