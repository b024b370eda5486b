import type { PodView, WorkloadView } from './model.ts';
import type { ClusterView } from './view.ts';

const BY_NODE = new WeakMap<ClusterView, Map<string | undefined, PodView[]>>();
const GONE = new WeakMap<ClusterView, Map<WorkloadView | undefined, PodView[]>>();

/** The pods that stand on a node, those that are being deleted or done among them. */
export function podsOnNode(view: ClusterView, node: string): PodView[] {
  const known = BY_NODE.get(view) ?? Map.groupBy([...view.pods, ...view.gone], ({ object }) => object.spec?.nodeName);
  BY_NODE.set(view, known);
  return known.get(node) ?? [];
}

/** What is left of the pods of a workload that are being deleted, evicted or done. */
export function goneOf(view: ClusterView, workload: WorkloadView): PodView[] {
  const known = GONE.get(view) ?? Map.groupBy(view.gone, (pod) => pod.workload);
  GONE.set(view, known);
  return known.get(workload) ?? [];
}
