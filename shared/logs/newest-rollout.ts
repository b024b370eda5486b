import type { Workload } from '#shared/domain/kubernetes.ts';
import type { Target } from '#shared/domain/target.ts';

/** When the newest ReplicaSet that the target's workloads use was made; ISO 8601. */
export function newestRollout({ workloads }: Target, replicaSets: readonly Workload[]): string | undefined {
  const isOurs = ({ metadata: { ownerReferences = [] } }: Workload) =>
    ownerReferences.some(
      ({ kind, name }) => workloads === 'all' || workloads.some((ref) => ref === `${kind.toLowerCase()}/${name}`),
    );
  return replicaSets
    .filter((set) => (set.spec?.replicas ?? 0) > 0 && isOurs(set))
    .flatMap(({ metadata }) => metadata.creationTimestamp ?? [])
    .sort()
    .at(-1);
}
