import type { EndpointSlice } from '#shared/domain/kubernetes.ts';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import { expectedObjects, type Target } from '#shared/domain/target.ts';
import { keyOf, type PodView, type ServiceView, type WorkloadView } from './model.ts';
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
  slicesRead: boolean,
): Map<string, ServiceView> {
  const slices = Map.groupBy(
    objects.endpointslices,
    ({ metadata }) => `${metadata.namespace}/${metadata.labels?.['kubernetes.io/service-name']}`,
  );
  const byLabel = labelIndex(pods);
  const inNamespace = Map.groupBy(workloads, ({ ref }) => ref.namespace);
  const { service: own, collector } = expectedObjects(target);

  const found = new Map<string, ServiceView>();
  for (const object of objects.services) {
    const { name, namespace = '' } = object.metadata;
    const selector = object.spec?.selector;
    const view: ServiceView = {
      ref: { kind: 'Service', namespace, name },
      object,
      pods: podsBy(byLabel, namespace, selector),
      workloads: (inNamespace.get(namespace) ?? []).filter(({ object: workload }) =>
        selects(selector, workload.spec?.template?.metadata?.labels),
      ),
      named: namespace === target.namespace && name === own,
      expected: namespace === target.namespace && (name === own || name === collector?.service),
    };
    if (slicesRead) {
      const notReadyToo = object.spec?.publishNotReadyAddresses === true;
      view.ready = (slices.get(`${namespace}/${name}`) ?? []).reduce((sum, s) => sum + readyIn(s, notReadyToo), 0);
    }
    for (const workload of view.workloads) workload.services.push(view);
    found.set(keyOf(view.ref), view);
  }
  return found;
}

type LabelIndex = Map<string, PodView[]>;

/** Pods by `namespace/key=value`, so that a selector costs the pods of its rarest label, not all. */
function labelIndex(pods: PodView[]): LabelIndex {
  const index: LabelIndex = new Map();
  for (const pod of pods) {
    for (const [key, value] of Object.entries(pod.object.metadata.labels ?? {})) {
      const at = `${pod.ref.namespace}/${key}=${value}`;
      const list = index.get(at);
      if (list) list.push(pod);
      else index.set(at, [pod]);
    }
  }
  return index;
}

function podsBy(index: LabelIndex, namespace: string, selector: Record<string, string> | undefined): PodView[] {
  const lists = Object.entries(selector ?? {}).map(([key, value]) => index.get(`${namespace}/${key}=${value}`) ?? []);
  const rarest = lists.toSorted((a, b) => a.length - b.length)[0] ?? [];
  return rarest.filter((pod) => selects(selector, pod.object.metadata.labels));
}
