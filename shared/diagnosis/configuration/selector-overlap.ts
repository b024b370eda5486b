import type { WorkloadView } from '../model.ts';
import { called, evidence, inWorkload, kubectl, type Rule } from '../rule.ts';
import { matches } from '../selectors.ts';

/** The selector of a workload also fits the pods of another: their controllers, autoscalers and budgets mix them up. */
export const rule: Rule = (view) => {
  const byLabel = new Map<string, WorkloadView[]>();
  for (const workload of view.workloads) {
    for (const [key, value] of Object.entries(labelsOf(workload))) {
      const at = `${workload.ref.namespace}/${key}=${value}`;
      byLabel.set(at, [...(byLabel.get(at) ?? []), workload]);
    }
  }
  return view.workloads.flatMap((workload) => {
    const { ref, object } = workload;
    const selector = object.spec?.selector ?? {};
    const lists = Object.entries(selector.matchLabels ?? {}).map(
      ([k, v]) => byLabel.get(`${ref.namespace}/${k}=${v}`) ?? [],
    );
    const [rarest = []] = lists.toSorted((a, b) => a.length - b.length);
    const other = rarest.find((one) => one !== workload && matches(selector, { labels: labelsOf(one) }) === true);
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
