import type { Snapshot } from '#shared/domain/snapshot.ts';
import type { Target } from '#shared/domain/target.ts';
import type { WorkloadView } from './model.ts';
import { viewOf } from './view.ts';

export interface WorkloadHealth {
  /** deployment/otlp-app */
  workload: string;
  /** available of wanted replicas, e.g. 2/2; absent when it could not be read or does not exist */
  ready?: string;
  /** restarts of the present pods */
  restarts: number;
}

const nameOf = ({ ref }: WorkloadView) => `${ref.kind.toLowerCase()}/${ref.name}`;

/** The workloads that the target asks about, in its order, and what they depend on after them. */
export function healthOf(snapshot: Snapshot, target: Target): WorkloadHealth[] {
  const { workloads } = viewOf(snapshot, target);
  const seen = workloads.map((workload) => ({
    workload: nameOf(workload),
    ready: `${workload.available}/${workload.desired}`,
    restarts: workload.pods
      .flatMap(({ containers }) => containers)
      .reduce((sum, { status }) => sum + (status?.restartCount ?? 0), 0),
  }));
  if (target.workloads === 'all') return seen;
  const asked = target.workloads.map(
    (name): WorkloadHealth => seen.find(({ workload }) => workload === name) ?? { workload: name, restarts: 0 },
  );
  const names = new Set<string>(target.workloads);
  return [...asked, ...seen.filter(({ workload }) => !names.has(workload))];
}
