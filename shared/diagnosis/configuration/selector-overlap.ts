import { byLabel } from '../by-label.ts';
import type { WorkloadView } from '../model.ts';
import { called, evidence, inWorkload, kubectl, type Rule } from '../rule.ts';

/** The selector of a workload also fits the pods of another: their controllers, autoscalers and budgets mix them up. */
export const rule: Rule = (view) => {
  const selected = byLabel(view.workloads, (one) => ({ namespace: one.ref.namespace, labels: labelsOf(one) }));
  return view.workloads.flatMap((workload) => {
    const { ref, object } = workload;
    const { selector } = object.spec ?? {};
    if (Object.keys(selector?.matchLabels ?? {}).length === 0) return [];
    const other = selected(ref.namespace, selector ?? {}).find((one) => one !== workload);
    if (!other) return [];
    return [
      {
        code: 'selector-overlap' as const,
        ...inWorkload(workload),
        title: `the selector of ${called(ref)} also selects the pods of ${called(other.ref)}`,
        evidence: [
          evidence(ref, 'spec.selector', selector),
          evidence(other.ref, 'spec.template.metadata.labels', labelsOf(other)),
        ],
        commands: [kubectl(ref, 'get pods --show-labels')],
      },
    ];
  });
};

const labelsOf = ({ object }: WorkloadView) => object.spec?.template?.metadata?.labels ?? {};
