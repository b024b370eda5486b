import type { ServiceView, WorkloadView } from '../model.ts';
import { called, evidence, kubectl, type Rule } from '../rule.ts';
import type { ClusterView } from '../view.ts';

/** A Service that selects nothing although a workload is clearly meant; one that nobody needs is only advice. */
export const rule: Rule = (view) =>
  view.services.flatMap((service) => {
    const { ref, object, pods, workloads } = service;
    const selector = object.spec?.selector ?? {};
    if (Object.keys(selector).length === 0 || object.spec?.type === 'ExternalName') return [];
    if (pods.length > 0 || workloads.length > 0 || !view.knows('pods', ref.namespace)) return [];
    const meant = nearest(view, service);
    const needed = service.expected || view.clients(ref).length > 0 || meant !== undefined;
    return [
      {
        code: 'service-selector-matches-nothing' as const,
        at: ref,
        severity: meant?.named ? ('P0' as const) : needed ? ('P1' as const) : ('P3' as const),
        title: `service ${ref.name} selects no pod`,
        ...(meant
          ? { cause: `Its selector is close to the labels of ${called(meant.ref)} but does not match them.` }
          : {}),
        evidence: [
          evidence(ref, 'spec.selector', selector),
          ...(meant
            ? [
                evidence(
                  meant.ref,
                  'spec.template.metadata.labels',
                  meant.object.spec?.template?.metadata?.labels ?? {},
                ),
              ]
            : []),
        ],
        commands: [kubectl(ref, `get pods --show-labels`), kubectl(ref, `describe service ${ref.name}`)],
      },
    ];
  });

/** The workload whose labels agree with a part of the selector, or whose name the Service carries. */
function nearest(view: ClusterView, { ref, object }: ServiceView): WorkloadView | undefined {
  const pairs = Object.entries(object.spec.selector ?? {});
  const closeness = ({ ref: workload, object: { spec } }: WorkloadView) => {
    const labels = spec?.template?.metadata?.labels;
    const shared = pairs.filter(([key, value]) => labels?.[key] === value).length;
    return shared + (ref.name.startsWith(workload.name) ? 1 : 0);
  };
  return view.workloads
    .filter((workload) => workload.ref.namespace === ref.namespace && workload.services.length === 0)
    .filter((workload) => closeness(workload) > 0)
    .toSorted((a, b) => closeness(b) - closeness(a))[0];
}
