import { ownershipOf } from '#shared/domain/ownership.ts';
import { troubleOf } from '../container-state.ts';
import { called, evidence, inWorkload, type Rule } from '../rule.ts';

const FIELDS =
  /^(argocd\.argoproj\.io|(helm|kustomize)\.toolkit\.fluxcd\.io|meta\.helm\.sh)\/|^app\.kubernetes\.io\/managed-by$/;

/** A workload in trouble that something else describes: a change of it here would not last. */
export const rule: Rule = (view) =>
  view.workloads.flatMap((workload) => {
    const { ref, object, available, desired, pods } = workload;
    const owned = ownershipOf(object);
    const inTrouble = () =>
      available < desired || pods.some(({ containers }) => containers.some((each) => troubleOf(view, each)));
    if (!owned || !inTrouble()) return [];
    const { labels = {}, annotations = {}, ownerReferences = [] } = object.metadata;
    const said = Object.entries({ ...labels, ...annotations }).filter(([key]) => FIELDS.test(key));
    return [
      {
        code: 'workload-managed-by-gitops' as const,
        ...inWorkload(workload),
        title: `${called(ref)} is made by ${owned.by}${owned.name ? ` (${owned.name})` : ''}`,
        cause: owned.advice,
        remedy: owned.advice,
        evidence: [
          ...ownerReferences.map(({ kind, name }, index) =>
            evidence(ref, `metadata.ownerReferences[${index}]`, `${kind} ${name}`),
          ),
          ...said.map(([key, value]) => evidence(ref, `metadata ${key}`, value)),
        ],
        commands: [owned.command],
      },
    ];
  });
