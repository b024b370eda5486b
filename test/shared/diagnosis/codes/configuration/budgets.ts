import type { Snapshot } from '#shared/domain/snapshot.ts';
import { emptying } from '#test/support/drains.ts';
import { crashLoop, deploymentOf, podsOf, scaleToZero } from '#test/support/faults.ts';
import { ago, healthyNamespace, NAMESPACE, wholeNamespace } from '#test/support/namespace.ts';
import { surrounded } from '#test/support/surroundings.ts';
import { type Cases, the } from '../case.ts';

const pdb = the('PodDisruptionBudget', 'otlp-app');
const unreadBudgets = { why: 'budgets may not be read', unread: ['poddisruptionbudgets'] } as const;

/** The budget as its controller has counted. */
function budget(
  spec: { minAvailable?: number | string; maxUnavailable?: number | string },
  wanted: number,
  healthy = 2,
) {
  const snapshot = surrounded(healthyNamespace());
  const allowed = Math.max(0, healthy - wanted);
  for (const each of snapshot.objects.poddisruptionbudgets) {
    each.spec = { ...spec, selector: { matchLabels: { app: 'otlp-app' } } };
    each.status = {
      disruptionsAllowed: allowed,
      currentHealthy: healthy,
      desiredHealthy: wanted,
      expectedPods: 2,
      conditions: [
        {
          type: 'DisruptionAllowed',
          status: allowed > 0 ? 'True' : 'False',
          reason: allowed > 0 ? 'SufficientPods' : 'InsufficientPods',
          lastTransitionTime: ago(300),
        },
      ],
    };
  }
  return snapshot;
}

const labelled = (labels: Record<string, string>, allowed = 0): Snapshot => {
  const snapshot = surrounded(healthyNamespace());
  for (const each of snapshot.objects.poddisruptionbudgets) {
    each.spec = { maxUnavailable: 1, selector: { matchLabels: labels } };
    each.status = { disruptionsAllowed: allowed, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 };
  }
  return snapshot;
};

/** A second Deployment, whose pods bear these labels and which selects by those. */
function second(labels: Record<string, string>, selected = labels): Snapshot {
  const snapshot = healthyNamespace();
  const other = structuredClone(deploymentOf(snapshot, 'otlp-app'));
  other.metadata = { name: 'canary', namespace: NAMESPACE, uid: 'uid-canary' };
  Object.assign(other.spec, { selector: { matchLabels: selected }, replicas: 0 });
  other.spec.template.metadata = { labels };
  other.status = { replicas: 0 };
  snapshot.objects.deployments.push(other);
  return snapshot;
}

/** Budgets and selectors, by the labels of pods. */
export const budgets = {
  'pdb-blocking-disruption': {
    positive: [
      { when: 'as many as there are', at: pdb, as: 'advice', shows: '2', build: () => budget({ minAvailable: 2 }, 2) },
      { when: 'all of them', at: pdb, as: 'advice', shows: '100%', build: () => budget({ minAvailable: '100%' }, 2) },
      { when: 'none may go', at: pdb, as: 'advice', build: () => budget({ maxUnavailable: 0 }, 2) },
      {
        when: 'Karpenter has deleted the node of one of them, and waits',
        at: pdb,
        severity: 'P2',
        because: /drains of nodes wait/,
        build: () => emptying(budget({ maxUnavailable: 0 }, 2), 'deleted'),
      },
      {
        when: 'the node of one of them cannot be drained',
        at: pdb,
        severity: 'P2',
        shows: 'failed to drain the node',
        build: () => emptying(budget({ minAvailable: '100%' }, 2), 'failed'),
      },
    ],
    nearMiss: [
      { why: 'one may go', roots: [], build: () => budget({ minAvailable: 1 }, 1) },
      {
        why: 'one may go, from a node that is emptied',
        roots: [],
        build: () => emptying(budget({ minAvailable: 1 }, 1), 'deleted'),
      },
      {
        why: 'one of them is down, so that none may go: that is the fault of the pod',
        roots: ['container-exit-error'],
        build: () => {
          const snapshot = budget({ minAvailable: 1 }, 1, 1);
          return crashLoop(snapshot, podsOf(snapshot, 'otlp-app').slice(0, 1), { log: 'Error: no such flag --port' });
        },
      },
    ],
    notApplicable: [unreadBudgets],
  },
  'pdb-selects-nothing': {
    positive: [
      {
        when: 'the label is another now',
        at: pdb,
        as: 'advice',
        target: wholeNamespace(),
        shows: 'otlp-application',
        build: () => labelled({ app: 'otlp-application' }),
      },
    ],
    nearMiss: [
      {
        why: 'it selects both pods',
        roots: [],
        target: wholeNamespace(),
        build: () => budget({ maxUnavailable: 1 }, 1),
      },
      {
        why: 'the pods of its Deployment are scaled to nothing',
        target: wholeNamespace(),
        build: () => scaleToZero('otlp-app', labelled({ app: 'otlp-app' })),
      },
    ],
    notApplicable: [unreadBudgets, { why: 'pods may not be read', unread: ['pods'] }],
  },
  'selector-overlap': {
    positive: [
      {
        when: 'a canary bears the label of the other, and one more',
        at: the('Deployment', 'otlp-app'),
        as: 'advice',
        shows: 'canary',
        target: wholeNamespace(),
        build: () => second({ app: 'otlp-app', track: 'canary' }),
      },
    ],
    nearMiss: [
      {
        why: 'each selects by a label that the other does not have',
        target: wholeNamespace(),
        build: () => second({ app: 'canary', 'app.kubernetes.io/part-of': 'otlp-app' }),
      },
      {
        why: 'the other is in another namespace',
        target: wholeNamespace(),
        build: () => {
          const snapshot = second({ app: 'otlp-app' });
          for (const { metadata } of snapshot.objects.deployments)
            if (metadata.name === 'canary') metadata.namespace = 'shop';
          return snapshot;
        },
      },
    ],
    notApplicable: [{ why: 'Deployments may not be read', unread: ['deployments'] }],
  },
} satisfies Cases;
