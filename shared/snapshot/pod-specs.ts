import type { Container, Pod, PodSpec, Workload } from '#shared/domain/kubernetes.ts';
import type { SnapshotObjects } from '#shared/domain/snapshot.ts';

export interface PlacedSpec {
  namespace: string;
  spec: PodSpec;
}

type Holders = Pick<SnapshotObjects, 'pods' | 'deployments' | 'statefulsets' | 'daemonsets'>;

const specOf = (holder: Workload | Pod): PodSpec | undefined =>
  'template' in holder.spec ? holder.spec.template?.spec : (holder.spec as PodSpec);

/** The pod specs in force: of pods and of workloads, not of old ReplicaSets. */
export const podSpecsOf = ({ pods, deployments, statefulsets, daemonsets }: Holders): PlacedSpec[] =>
  [...deployments, ...statefulsets, ...daemonsets, ...pods].flatMap((holder) => {
    const spec = holder.spec && specOf(holder);
    return spec ? [{ namespace: holder.metadata.namespace ?? '', spec }] : [];
  });

export const containersOf = (spec: PodSpec): Container[] => [
  ...(spec.initContainers ?? []),
  ...(spec.containers ?? []),
];
