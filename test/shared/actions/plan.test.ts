import { describe, expect, it } from 'vitest';
import { bearsRestartOf, consequencesOf, planHash, restartPlan } from '#shared/actions/plan.ts';
import type { Workload } from '#shared/domain/kubernetes.ts';
import { deploymentOf } from '#test/support/faults.ts';
import { healthyNamespace, NAMESPACE, NOW } from '#test/support/namespace.ts';

const owner = { kind: 'Deployment', namespace: NAMESPACE, name: 'otlp-app' } as const;
const incident = { id: '20261120-100000-1a2b3c', openedAt: '2026-11-20T10:00:00.000Z' };
const app = (change: (workload: Workload) => void = () => undefined) => {
  const workload = deploymentOf(healthyNamespace(), 'otlp-app');
  change(workload);
  return workload;
};
const planOf = (workload: Workload, now = NOW) =>
  restartPlan({ owner, workload, incident, reason: 'it hangs', now: new Date(now) });

describe('the plan of a restart', () => {
  it('has the same template for each try of one incident, so that a second one makes no second rollout', () => {
    expect(planOf(app(), '2026-11-20T11:00:00.000Z').patch.spec).toEqual(planOf(app()).patch.spec);
  });

  it('touches the restart mark of the template and its own marks on the workload, and nothing else', () => {
    const { patch } = planOf(
      app((workload) => {
        workload.metadata.resourceVersion = '7';
      }),
    );
    expect(patch).toEqual({
      metadata: {
        uid: 'uid-otlp-app',
        resourceVersion: '7',
        annotations: { 'otlp-medic/incident': incident.id, 'otlp-medic/acted-at': new Date(NOW).toISOString() },
      },
      spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': incident.openedAt } } } },
    });
  });

  it('has a hash that restarts do not change', () => {
    const restarted = app((workload) => {
      workload.spec.template.metadata = {
        ...workload.spec.template.metadata,
        annotations: { 'kubectl.kubernetes.io/restartedAt': '2026-01-01T00:00:00Z' },
      };
    });
    expect(planOf(restarted).hash).toBe(planOf(app()).hash);
  });

  it.each<[string, (workload: Workload) => void]>([
    [
      'the image',
      (workload) => {
        Object.assign(workload.spec.template.spec.containers[0] ?? {}, { image: 'other:1' });
      },
    ],
    [
      'an environment variable',
      (workload) => {
        workload.spec.template.spec.containers[0]?.env?.push({ name: 'A', value: 'b' });
      },
    ],
    [
      'the generation',
      (workload) => {
        workload.metadata.generation = 77;
      },
    ],
    [
      'the object itself',
      (workload) => {
        workload.metadata.uid = 'another';
      },
    ],
  ])('has a hash that changes with %s', (_, change) => {
    expect(planOf(app(change)).hash).not.toBe(planOf(app()).hash);
  });

  it('has another hash for another action', () => {
    const { uid, generation } = planOf(app());
    const of = { uid, generation, template: app().spec.template };
    expect(planHash({ kind: 'rollback', ...of })).not.toBe(planHash({ kind: 'restart', ...of }));
  });

  it.each<[string, 'Deployment' | 'StatefulSet' | 'DaemonSet', (workload: Workload) => void, RegExp]>([
    ['several replicas', 'Deployment', () => undefined, /^no downtime expected/],
    [
      'one replica',
      'Deployment',
      (workload) => {
        workload.spec.replicas = 1;
      },
      /^possible downtime/,
    ],
    [
      'strategy Recreate',
      'Deployment',
      (workload) => {
        workload.spec.strategy = { type: 'Recreate' };
      },
      /^downtime: .*Recreate/,
    ],
    [
      'a StatefulSet of one',
      'StatefulSet',
      (workload) => {
        workload.spec.replicas = 1;
      },
      /^downtime/,
    ],
    ['a DaemonSet', 'DaemonSet', () => undefined, /each node/],
  ])('says what it means for %s', (_, kind, change, says) => {
    expect(consequencesOf(kind, app(change))[0]).toMatch(says);
  });

  it('is recognised on the workload as long as nobody else restarts it', () => {
    const { patch } = planOf(app());
    const annotations = (patch.metadata as { annotations: Record<string, string> }).annotations;
    const marked = app((workload) => {
      workload.metadata.annotations = annotations;
      workload.spec.template.metadata = { annotations: { 'kubectl.kubernetes.io/restartedAt': incident.openedAt } };
    });
    expect(bearsRestartOf(marked, incident)).toBe(true);
    expect(bearsRestartOf(marked, { ...incident, id: 'other' })).toBe(false);
    marked.spec.template.metadata = { annotations: { 'kubectl.kubernetes.io/restartedAt': '2026-11-20T10:05:00Z' } };
    expect(bearsRestartOf(marked, incident)).toBe(false);
  });
});
