import type { Container, PodSpec } from '#shared/domain/kubernetes.ts';
import type { SnapshotObjects } from '#shared/domain/snapshot.ts';

export interface PlacedSpec {
  namespace: string;
  spec: PodSpec;
}

type Holders = Pick<SnapshotObjects, 'pods' | 'deployments' | 'statefulsets' | 'daemonsets' | 'jobs' | 'cronjobs'>;

/** The pod specs in force: of pods and of what makes them, not of old ReplicaSets nor of Jobs that are done. */
export function podSpecsOf({ pods, deployments, statefulsets, daemonsets, jobs, cronjobs }: Holders): PlacedSpec[] {
  const open = jobs.filter(
    ({ status }) => !status?.conditions?.some((one) => one.type === 'Complete' && one.status === 'True'),
  );
  const holders = [
    ...[...deployments, ...statefulsets, ...daemonsets, ...open].map(({ metadata, spec }) => ({
      metadata,
      spec: spec?.template?.spec,
    })),
    ...cronjobs.map(({ metadata, spec }) => ({ metadata, spec: spec?.jobTemplate?.spec?.template?.spec })),
    ...pods,
  ];
  return holders.flatMap(({ metadata: { namespace = '' }, spec }) => (spec ? [{ namespace, spec }] : []));
}

export const containersOf = (spec: PodSpec): Container[] => [
  ...(spec.initContainers ?? []),
  ...(spec.containers ?? []),
];
