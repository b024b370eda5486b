import type { ServiceView } from '../model.ts';
import { evidence, kubectl, type Rule } from '../rule.ts';
import type { ClusterView } from '../view.ts';

/** None of the selected pods is a ready endpoint. A Service of sleeping workloads has none by intent. */
export const rule: Rule = (view) =>
  view.services.flatMap((service) => {
    const { ref, object, ready, workloads, pods } = service;
    const selector = object.spec?.selector ?? {};
    if (ready !== 0 || Object.keys(selector).length === 0 || !isNeeded(view, service)) return [];
    return [
      {
        code: 'service-no-ready-endpoints' as const,
        at: ref,
        severity: service.named || workloads.some(({ named }) => named) ? ('P0' as const) : ('P1' as const),
        title: `service ${ref.name} has no ready endpoint`,
        evidence: [
          evidence(ref, 'EndpointSlice endpoints[conditions.ready]', `0 ready, ${pods.length} pods selected`),
          evidence(ref, 'spec.selector', selector),
        ],
        commands: [kubectl(ref, `get endpointslices -l kubernetes.io/service-name=${ref.name}`)],
      },
    ];
  });

function isNeeded(view: ClusterView, { ref, expected, workloads, pods }: ServiceView): boolean {
  if (expected || view.clients(ref).length > 0) return true;
  return pods.length > 0 || workloads.some(({ desired }) => desired > 0);
}
