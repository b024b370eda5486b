import { describe, expect, it } from 'vitest';
import type { ControllerRevision, Pod, PodTemplate, Workload } from '#shared/domain/kubernetes.ts';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import { codes, findingOf, judge } from '#test/support/diagnosing.ts';
import { crashLoop, deploymentOf, pullFails } from '#test/support/faults.ts';
import { ago, healthyNamespace, NAMESPACE, pod, sandboxTarget } from '#test/support/namespace.ts';

type Kind = 'StatefulSet' | 'DaemonSet';
const DAY = 24 * 60;

const metadata = (name: string, minutes: number) => ({
  name,
  namespace: NAMESPACE,
  uid: `uid-${name}`,
  creationTimestamp: ago(minutes),
});

/** As the controller writes it: a patch that replaces the template. */
function revisionOf(owner: Workload, template: PodTemplate, revision: number, minutes: number): ControllerRevision {
  const hash = `5f${revision}c`;
  return {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      ...metadata(`${owner.metadata.name}-${hash}`, minutes),
      labels: { 'controller.kubernetes.io/hash': hash },
      ownerReferences: [
        { kind: owner.kind ?? '', name: owner.metadata.name, uid: owner.metadata.uid ?? '', controller: true },
      ],
    },
    revision,
    data: { spec: { template: { ...structuredClone(template), $patch: 'replace' } as PodTemplate } },
  };
}

/** A cache of two pods at its third revision, the newest ten minutes old and on its way: one pod has it. */
function rolling(kind: Kind, change: (template: PodTemplate) => void, minutes = 10) {
  const snapshot = healthyNamespace();
  const { objects } = snapshot;
  const labels = { app: 'cache' };
  const image = (tag: string): PodTemplate => ({
    metadata: { labels },
    spec: {
      containers: [
        {
          name: 'redis',
          image: `redis:${tag}`,
          resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '64Mi' } },
        },
      ],
    },
  });
  const newest = image('7.4.1');
  change(newest);
  const cache: Workload = {
    apiVersion: 'apps/v1',
    kind,
    metadata: { ...metadata('cache', 30 * DAY), generation: 3 },
    spec: { replicas: 2, selector: { matchLabels: labels }, template: newest },
    status: {
      ...{ observedGeneration: 3, replicas: 2, readyReplicas: 1, availableReplicas: 1 },
      ...{ desiredNumberScheduled: 2, numberAvailable: 1, updatedNumberScheduled: 1 },
      ...{ currentRevision: 'cache-5f2c', updateRevision: 'cache-5f3c' },
    },
  };
  const revisions = [
    revisionOf(cache, image('7.4.0'), 1, 30 * DAY),
    revisionOf(cache, image('7.4.1'), 2, 5 * DAY),
    revisionOf(cache, newest, 3, minutes),
  ];
  const label = (hash: string) => (kind === 'StatefulSet' ? `cache-${hash}` : hash);
  const old = pod({ ...cache, spec: { ...cache.spec, template: image('7.4.1') } }, '0', 'node-a', 5 * DAY);
  const fresh = pod(cache, '1', 'node-b', minutes);
  for (const [each, hash] of [
    [old, '5f2c'],
    [fresh, '5f3c'],
  ] as const) {
    each.metadata.ownerReferences = [{ kind, name: 'cache', uid: 'uid-cache', controller: true }];
    each.metadata.labels = { ...labels, 'controller-revision-hash': label(hash) };
  }
  objects[kind === 'StatefulSet' ? 'statefulsets' : 'daemonsets'].push(cache);
  objects.controllerrevisions.push(...revisions);
  objects.pods.push(old, fresh);
  return { snapshot, cache, fresh };
}

const typo = ({ spec }: PodTemplate) => {
  for (const container of spec.containers) container.image = 'redis:7.4.2-typo';
};
const failing = (kind: Kind, change = typo, fault: (snapshot: Snapshot, pods: Pod[]) => Snapshot = notFound) => {
  const made = rolling(kind, change);
  fault(made.snapshot, [made.fresh]);
  return made;
};
const notFound = (snapshot: Snapshot, pods: Pod[]) => pullFails(snapshot, pods, 'not found');
const target = (kind: Kind) => sandboxTarget({ workloads: [`${kind.toLowerCase() as 'daemonset'}/cache`] });

describe.each(['StatefulSet', 'DaemonSet'] as const)('the revisions of a %s', (kind) => {
  it('say what changed before a fault, and which one to go back to', () => {
    const { snapshot } = failing(kind);
    const { rootCauses, action } = judge(snapshot, target(kind));
    expect(rootCauses).toMatchObject([{ code: 'image-not-found', severity: 'P2' }]);
    expect(rootCauses[0]?.cause).toMatch(/The fault began 5 min after revision 3 appeared; it changed image\./);
    expect(rootCauses[0]?.evidence).toContainEqual({
      source: `ControllerRevision/${NAMESPACE}/cache-5f3c`,
      path: 'data.spec.template',
      value: 'image of redis: redis:7.4.1 -> redis:7.4.2-typo',
      at: '2026-11-20T09:50:00.000Z',
    });
    expect(action).toMatchObject({ class: 'rollback', toRevision: 2 });
  });

  it('are passed over where a restart made them', () => {
    const { snapshot, cache } = failing(kind);
    const restarted = structuredClone(cache.spec.template);
    restarted.metadata = { ...restarted.metadata, annotations: { 'kubectl.kubernetes.io/restartedAt': ago(3) } };
    snapshot.objects.controllerrevisions.push(revisionOf(cache, restarted, 4, 3));
    expect(judge(snapshot, target(kind)).action).toMatchObject({ class: 'rollback', toRevision: 2 });
  });

  it('of an undo say nothing of when it was', () => {
    const { snapshot } = failing(kind);
    const newest = snapshot.objects.controllerrevisions.at(-1);
    if (newest) newest.metadata.creationTimestamp = ago(20 * DAY);
    expect(judge(snapshot, target(kind)).action).toMatchObject({
      class: 'escalate',
      reason: expect.stringContaining('itself a return'),
    });
  });

  it('of another object of the same name are not looked at', () => {
    const { snapshot } = failing(kind);
    for (const { metadata: of } of snapshot.objects.controllerrevisions)
      for (const owner of of.ownerReferences ?? []) owner.uid = 'uid-of-an-earlier-one';
    expect(judge(snapshot, target(kind)).action).toMatchObject({
      class: 'escalate',
      reason: expect.stringContaining('no older revision'),
    });
  });

  it('are no way back where pods are only replaced by hand', () => {
    const { snapshot, cache } = failing(kind);
    cache.spec.updateStrategy = { type: 'OnDelete' };
    expect(judge(snapshot, target(kind)).action).toMatchObject({
      class: 'escalate',
      reason: expect.stringContaining('OnDelete'),
    });
  });

  it('that are not kept, or differ by restarts only, are worth a word', () => {
    const { snapshot, cache } = rolling(kind, () => undefined);
    cache.spec.revisionHistoryLimit = 2;
    snapshot.objects.controllerrevisions = [1, 2, 3].map((number) =>
      revisionOf(cache, cache.spec.template, number, 40 - number),
    );
    const found = findingOf(snapshot, 'rollback-unavailable', target(kind));
    expect(found.severity).toBe('P3');
    expect(found.remedy.commands[0]).toContain(`patch ${kind.toLowerCase()} cache`);
    cache.spec.revisionHistoryLimit = 10;
    expect(codes(snapshot, target(kind))).not.toContain('rollback-unavailable');
  });
});

describe('an ordered StatefulSet', () => {
  it('waits for its broken pod, which must be deleted after a rollback', () => {
    const { snapshot, cache } = failing('StatefulSet');
    expect(judge(snapshot, target('StatefulSet')).action.reason).toContain('afterwards delete pod cache-1');
    cache.spec.podManagementPolicy = 'Parallel';
    expect(judge(snapshot, target('StatefulSet')).action.reason).not.toContain('afterwards');
    expect(judge(failing('DaemonSet').snapshot, target('DaemonSet')).action.reason).not.toContain('afterwards');
  });
});

it('a revision that ran for days is not taken back', () => {
  const { snapshot, fresh } = rolling('StatefulSet', typo, 3 * DAY);
  crashLoop(snapshot, [fresh], { exitCode: 1, since: 8 });
  expect(judge(snapshot, target('StatefulSet')).action).toMatchObject({
    class: 'escalate',
    reason: expect.stringMatching(/revision 3 had run for \d+ h/),
  });
});

it('a Deployment has its revisions in ReplicaSets alone', () => {
  const { snapshot } = rolling('StatefulSet', typo);
  expect(deploymentOf(snapshot, 'otlp-app').kind).toBe('Deployment');
  expect(judge(snapshot).findings.map(({ subject }) => subject.name)).not.toContain('cache');
});
