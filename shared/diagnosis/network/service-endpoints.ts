import { isReady, millis, type ServiceView } from '../model.ts';
import { evidence, kubectl, type Rule, type Sighting } from '../rule.ts';
import { hasSelector } from '../services.ts';
import type { ClusterView } from '../view.ts';

/** The controller of EndpointSlices follows the pods within seconds, a busy one within a minute. */
const LAG_MS = 60_000;

/** None of the selected pods is a ready endpoint. A Service of sleeping workloads has none by intent. */
export const rule: Rule = (view) =>
  view.services.flatMap((service) => {
    const { ref, object, ready, readyPath, workloads, pods } = service;
    if (ready !== 0 || !hasSelector(object) || !isNeeded(view, service)) return [];
    if (isJustReady(view, service)) return [];
    return [
      {
        code: 'service-no-ready-endpoints' as const,
        at: ref,
        severity: service.named || workloads.some(({ named }) => named) ? ('P0' as const) : ('P1' as const),
        title: `service ${ref.name} has no ready endpoint`,
        ...causeOf(service),
        evidence: [
          evidence(ref, readyPath, `0 ready, ${pods.length} pods selected`),
          evidence(ref, 'spec.selector', object.spec?.selector),
          ...askedFor(view, service),
        ],
        commands: [kubectl(ref, `get endpointslices -l kubernetes.io/service-name=${ref.name}`)],
      },
    ];
  });

/** Its endpoints follow the pods, and that may be what fails. */
function causeOf({ pods }: ServiceView): Pick<Sighting, 'cause' | 'remedy'> {
  const ready = pods.filter(isReady).length;
  if (pods.length === 0) return { cause: 'It selects no pod.' };
  if (ready === 0) return {};
  return {
    cause: `${ready} of ${pods.length} selected pods are ready, and no EndpointSlice says so: their controller does not follow.`,
    remedy: 'Look at kube-controller-manager, and at who else writes the EndpointSlices of the Service.',
  };
}

/** Where a workload that is not well names it. */
const askedFor = (view: ClusterView, { ref }: ServiceView) =>
  view
    .clients(ref)
    .flatMap((client) => view.needs(client))
    .filter(({ service }) => service.name === ref.name && service.namespace === ref.namespace)
    .map(({ source, path, address }) => evidence(source, path, address));

function isNeeded(view: ClusterView, { ref, expected, workloads, pods }: ServiceView): boolean {
  if (expected || view.clients(ref).length > 0) return true;
  return pods.length > 0 || workloads.some(({ desired }) => desired > 0);
}

/** A pod has become ready so lately that its endpoint may still be on the way. */
const isJustReady = ({ now }: ClusterView, { pods }: ServiceView): boolean =>
  pods.some(({ object }) => {
    const ready = object.status?.conditions?.find(({ type, status }) => type === 'Ready' && status === 'True');
    const since = millis(ready?.lastTransitionTime);
    return since !== undefined && now - since < LAG_MS;
  });
