import { describe, expect, it } from 'vitest';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import { judge, roots } from '#test/support/diagnosing.ts';
import { everWith, podsOf, setCondition, waiting } from '#test/support/faults.ts';
import { many } from '#test/support/many.ts';
import { healthyNamespace, wholeNamespace } from '#test/support/namespace.ts';

/** The pods of three applications find no node, for these reasons. */
function pending(...messages: string[]): Snapshot {
  const snapshot = many(messages.length, healthyNamespace, ['otlp-app']);
  messages.forEach((message, number) => {
    const pods = podsOf(snapshot, `otlp-app-${number}`);
    waiting(snapshot, pods, 'ContainerCreating');
    for (const { status, spec } of pods) {
      delete spec.nodeName;
      if (status) status.containerStatuses = [];
      const scheduled = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message } as const;
      setCondition(status?.conditions, scheduled, 20);
    }
  });
  return snapshot;
}

describe('room on the nodes that three applications lack', () => {
  const lacking = (what: string) => `0/3 nodes are available: 3 Insufficient ${what}. preemption: not helpful.`;

  it('is one fault where the scheduler says the same of all', () => {
    const snapshot = pending(lacking('memory'), lacking('memory'), lacking('memory'));
    expect(roots(snapshot, wholeNamespace())).toEqual(['unschedulable-insufficient-memory']);
    const { findings } = judge(snapshot, wholeNamespace());
    const [root] = findings;
    const others = findings.filter((one) => one.code === root?.code && one !== root);
    expect(others.map(({ explainedBy }) => explainedBy)).toEqual([root?.fingerprint, root?.fingerprint]);
  });

  it('are two where it lacks different things', () => {
    const snapshot = pending(lacking('memory'), lacking('cpu'));
    expect(roots(snapshot, wholeNamespace()).toSorted()).toEqual([
      'unschedulable-insufficient-cpu',
      'unschedulable-insufficient-memory',
    ]);
  });
});

describe('an image that cannot be had', () => {
  const withTwo = (image: string, other: string) => {
    const snapshot = everWith(healthyNamespace(), 'otlp-app', (container, spec) => {
      container.image = image;
      spec.containers.push({ ...container, name: 'webhook', image: other });
    });
    const pods = podsOf(snapshot, 'otlp-app');
    for (const { status } of pods) {
      const [first] = status?.containerStatuses ?? [];
      if (first) status?.containerStatuses?.push({ ...first, name: 'webhook' });
    }
    return waiting(snapshot, pods, 'InvalidImageName', 'Failed to apply default image tag');
  };

  it('is one fault, whichever containers of a pod run it', () => {
    expect(roots(withTwo('registry.example.com/shop:2.4e+06', 'registry.example.com/shop:2.4e+06'))).toEqual([
      'image-name-invalid',
    ]);
  });

  it('is another one than that of its neighbour', () => {
    expect(roots(withTwo('registry.example.com/shop:2.4e+06', 'registry.example.com/Shop:1'))).toEqual([
      'image-name-invalid',
      'image-name-invalid',
    ]);
  });
});
