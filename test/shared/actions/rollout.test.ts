import { describe, expect, it } from 'vitest';
import { rolloutOf } from '#shared/actions/rollout.ts';
import type { RolledKind } from '#shared/actions/workload-ref.ts';
import type { Workload } from '#shared/domain/kubernetes.ts';

type Status = Workload['status'];
const of = (kind: RolledKind, status: Status, spec: Partial<Workload['spec']> = {}) =>
  rolloutOf(kind, {
    metadata: { name: 'a', generation: 2 },
    spec: { replicas: 3, template: { spec: { containers: [] } }, ...spec },
    status: { observedGeneration: 2, ...status },
  });

/** kubernetes-faults 5.1 */
describe('the rollout of a Deployment', () => {
  it.each<[string, string, Status]>([
    ['unseen', 'the controller is behind', { observedGeneration: 1 }],
    ['waiting', 'too few are updated', { updatedReplicas: 2, replicas: 3, availableReplicas: 3 }],
    ['waiting', 'old pods are left', { updatedReplicas: 3, replicas: 4, availableReplicas: 3 }],
    ['waiting', 'too few are available', { updatedReplicas: 3, replicas: 3, availableReplicas: 2 }],
    ['complete', 'all are updated and available', { updatedReplicas: 3, replicas: 3, availableReplicas: 3 }],
  ])('is %s when %s', (state, _, status) => {
    expect(of('Deployment', status).state).toBe(state);
  });

  it('has one replica where none is written', () => {
    const workload = { metadata: { name: 'a' }, spec: { template: { spec: { containers: [] } } } };
    expect(rolloutOf('Deployment', workload).desired).toBe(1);
  });

  it('counts as exchanged, though not complete, when all new pods fail', () => {
    expect(of('Deployment', { updatedReplicas: 3, replicas: 3 })).toMatchObject({ state: 'waiting', exchanged: true });
  });
});

describe('the rollout of a StatefulSet', () => {
  it.each<[string, string, Status, Partial<Workload['spec']>?]>([
    [
      'waiting',
      'revisions differ',
      { updateRevision: 'b', currentRevision: 'a', updatedReplicas: 1, readyReplicas: 3 },
    ],
    ['waiting', 'a pod is not ready', { updateRevision: 'b', currentRevision: 'b', readyReplicas: 2 }],
    [
      'complete',
      'one revision is left and all are ready',
      { updateRevision: 'b', currentRevision: 'b', readyReplicas: 3 },
    ],
    [
      'complete',
      'a partition holds the others back on purpose',
      { updateRevision: 'b', currentRevision: 'a', updatedReplicas: 1, readyReplicas: 3 },
      { updateStrategy: { rollingUpdate: { partition: 2 } } },
    ],
  ])('is %s when %s', (state, _, status, spec) => {
    expect(of('StatefulSet', status, spec).state).toBe(state);
  });
});

describe('the rollout of a DaemonSet', () => {
  it.each<[string, string, Status]>([
    ['waiting', 'a node has the old pod', { desiredNumberScheduled: 3, updatedNumberScheduled: 2, numberAvailable: 3 }],
    ['waiting', 'a pod is not available', { desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 2 }],
    [
      'complete',
      'every node has a new one',
      { desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 3 },
    ],
  ])('is %s when %s', (state, _, status) => {
    expect(of('DaemonSet', status).state).toBe(state);
  });
});
