import { byLabel } from '../by-label.ts';
import { overdueDrain } from '../drains.ts';
import type { Ref, WorkloadView } from '../model.ts';
import { evidence, kubectl, type Rule, type Sighting } from '../rule.ts';
import type { ClusterView } from '../view.ts';

/**
 * Budgets that never let a pod go, or that protect none. Both are advice, for a budget holds up drains and no rollout;
 * the one is a fault where a node is being emptied of its pods.
 */
export const rule: Rule = (view) => {
  const budgets = view.snapshot.objects.poddisruptionbudgets;
  if (budgets.length === 0) return [];
  const selectedBy = selectorOf(view);
  const inSight = new Set(view.workloads);
  return budgets.flatMap((budget): Sighting[] => {
    const { namespace = '', name } = budget.metadata;
    if (namespace !== view.target.namespace) return [];
    const at: Ref = { kind: 'PodDisruptionBudget', namespace, name };
    const selector = budget.spec?.selector ?? {};
    const selected = selectedBy(namespace, selector);
    const { disruptionsAllowed, desiredHealthy = 0, expectedPods = 0, currentHealthy = 0 } = budget.status ?? {};
    const limit =
      budget.spec?.maxUnavailable === undefined
        ? evidence(at, 'spec.minAvailable', budget.spec?.minAvailable ?? 'not set')
        : evidence(at, 'spec.maxUnavailable', budget.spec.maxUnavailable);
    if (selected.length === 0) {
      const isSure = expectedPods === 0 && view.target.workloads === 'all' && view.knows('pods', namespace);
      return isSure
        ? [
            {
              code: 'pdb-selects-nothing',
              at,
              title: `poddisruptionbudget ${name} protects no pod`,
              evidence: [evidence(at, 'spec.selector', selector), evidence(at, 'status.expectedPods', expectedPods)],
              commands: [kubectl(at, 'get pods --show-labels')],
            },
          ]
        : [];
    }
    // Fewer healthy pods than wanted is the fault of the pods; a budget that even all of them would not do for is its own.
    if (disruptionsAllowed !== 0 || expectedPods === 0 || desiredHealthy < expectedPods) return [];
    if (!selected.some((workload) => inSight.has(workload))) return [];
    // While pods are unwell it is they that keep the others from going.
    const nodes = currentHealthy < desiredHealthy ? [] : nodesOf(selected);
    const drains = nodes.map((node) => ({ node, drain: overdueDrain(view, node) })).filter(({ drain }) => drain[0]);
    const held = drains.map(({ node }) => node).join(', ');
    return [
      {
        code: 'pdb-blocking-disruption',
        at,
        ...(held ? { severity: 'P2' as const } : {}),
        title: `poddisruptionbudget ${name} lets no pod go: ${held ? `the drain of ${held} does not end` : 'no node of them can be drained'}`,
        evidence: [
          limit,
          evidence(
            at,
            'status',
            `${currentHealthy} of ${expectedPods} pods healthy, ${desiredHealthy} wanted, 0 disruptions allowed`,
          ),
          ...drains.flatMap(({ drain }) => drain),
        ],
        commands: [kubectl(at, `describe poddisruptionbudget ${name}`)],
      },
    ];
  });
};

const nodesOf = (workloads: WorkloadView[]): string[] => [
  ...new Set(workloads.flatMap(({ pods }) => pods.flatMap(({ object }) => object.spec?.nodeName ?? []))),
];

/** Workloads by what a budget selects. */
function selectorOf(view: ClusterView) {
  const { deployments, statefulsets, daemonsets } = view.snapshot.objects;
  const kinds = { Deployment: deployments, StatefulSet: statefulsets, DaemonSet: daemonsets };
  const workloads = Object.entries(kinds).flatMap(([kind, list]) =>
    list.flatMap(({ metadata: { name, namespace = '' } }) => view.workload({ kind, namespace, name }) ?? []),
  );
  return byLabel(workloads, ({ ref, object }) => ({
    namespace: ref.namespace,
    labels: object.spec?.template?.metadata?.labels ?? {},
  }));
}
