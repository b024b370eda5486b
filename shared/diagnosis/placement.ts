import type { PodView, WorkloadView } from './model.ts';
import { once } from './once.ts';
import type { ClusterView } from './view.ts';

const byNode = once(({ pods, gone }: ClusterView) =>
  Map.groupBy([...pods, ...gone], ({ object }) => object.spec?.nodeName),
);
const goneByWorkload = once(({ gone }: ClusterView) => Map.groupBy(gone, ({ workload }) => workload));

/** The pods that stand on a node, those that are being deleted or done among them. */
export const podsOnNode = (view: ClusterView, node: string): PodView[] => byNode(view).get(node) ?? [];

/** What is left of the pods of a workload that are being deleted, evicted or done. */
export const goneOf = (view: ClusterView, workload: WorkloadView): PodView[] =>
  goneByWorkload(view).get(workload) ?? [];
