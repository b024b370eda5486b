import type { EndpointSlice, Service } from '#shared/domain/kubernetes.ts';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import { expectedObjects, type Target } from '#shared/domain/target.ts';
import { byRarestLabel } from './by-label.ts';
import { isReady, keyOf, type PodView, type Ref, type ServiceView, type WorkloadView } from './model.ts';
import { selects } from './selectors.ts';

/** Nil counts as ready: that is what the API says about it. */
const readyIn = (slice: EndpointSlice, notReadyToo: boolean): number =>
  (slice.endpoints ?? [])
    .filter(({ conditions }) => notReadyToo || conditions?.ready !== false)
    .reduce((sum, endpoint) => sum + (endpoint.addresses?.length ?? 0), 0);

/** Services by key, each with the pods and workloads that it selects in its own namespace. */
export function servicesOf(
  { objects }: Snapshot,
  target: Target,
  pods: PodView[],
  workloads: Iterable<WorkloadView>,
  knows: (resource: 'endpointslices' | 'pods', namespace?: string) => boolean,
): Map<string, ServiceView> {
  const slices = Map.groupBy(
    objects.endpointslices,
    ({ metadata }) => `${metadata.namespace}/${metadata.labels?.['kubernetes.io/service-name']}`,
  );
  const podsBy = selectable(pods, ({ object }) => object.metadata.labels);
  const workloadsBy = selectable(workloads, ({ object }) => object.spec?.template?.metadata?.labels);
  const { service: own, collector } = expectedObjects(target);

  const slicesRead = knows('endpointslices');
  const found = new Map<string, ServiceView>();
  for (const object of objects.services) {
    const { name, namespace = '' } = object.metadata;
    const selector = object.spec?.selector;
    const inTarget = namespace === target.namespace;
    const view: ServiceView = {
      ref: { kind: 'Service', namespace, name },
      object,
      pods: podsBy(namespace, selector),
      workloads: workloadsBy(namespace, selector),
      named: inTarget && name === own,
      expected: inTarget && (name === own || name === collector?.service),
      readyPath: 'EndpointSlice endpoints[conditions.ready]',
    };
    const notReadyToo = object.spec?.publishNotReadyAddresses === true;
    if (slicesRead) {
      view.ready = (slices.get(`${namespace}/${name}`) ?? []).reduce((sum, s) => sum + readyIn(s, notReadyToo), 0);
    } else if (hasSelector(object) && knows('pods', namespace)) {
      view.readyPath = 'spec.selector';
      view.ready = notReadyToo ? view.pods.length : view.pods.filter(isReady).length;
    }
    for (const workload of view.workloads) workload.services.push(view);
    found.set(keyOf(view.ref), view);
  }
  return found;
}

/** Without one, somebody makes the endpoints by hand. */
export const hasSelector = ({ spec }: Service): boolean => Object.keys(spec?.selector ?? {}).length > 0;

type Labels = Record<string, string> | undefined;

/** What a Service selects, at the cost of what has the rarest label that it asks for. */
function selectable<T extends { ref: Ref }>(all: Iterable<T>, labelsOf: (one: T) => Labels) {
  const withLabel = byRarestLabel(all, (one) => ({ namespace: one.ref.namespace, labels: labelsOf(one) ?? {} }));
  return (namespace: string, selector: Labels): T[] =>
    (withLabel(namespace, selector ?? {}) ?? []).filter((one) => selects(selector, labelsOf(one)));
}
