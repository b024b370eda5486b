import type { Workload } from '#shared/domain/kubernetes.ts';

/** A ReplicaSet or Deployment may carry these besides what rules read. */
export type FullStatus = NonNullable<Workload['status']> & {
  fullyLabeledReplicas?: number;
  terminatingReplicas?: number;
};

export const wanted = (workload: Workload): number => workload.spec.replicas ?? 1;
export const available = (workload: Workload): number => workload.status?.availableReplicas ?? 0;

export const sum = (sets: readonly Workload[], of: (set: Workload) => number | undefined): number =>
  sets.reduce((total, set) => total + (of(set) ?? 0), 0);

function scaled(value: number | string, of: number, round: (x: number) => number): number {
  return typeof value === 'number' ? value : round((Number.parseInt(value, 10) / 100) * of);
}

/** maxSurge rounds up, maxUnavailable down; both zero would never move, so one pod may then be missing. */
export function fenceposts(deployment: Workload): { surge: number; unavailable: number } {
  const { type, rollingUpdate } = deployment.spec.strategy ?? {};
  if (type === 'Recreate') return { surge: 0, unavailable: 0 };
  const surge = scaled(rollingUpdate?.maxSurge ?? '25%', wanted(deployment), Math.ceil);
  const unavailable = scaled(rollingUpdate?.maxUnavailable ?? '25%', wanted(deployment), Math.floor);
  const most = surge === 0 && unavailable === 0 ? 1 : unavailable;
  return { surge, unavailable: Math.min(most, wanted(deployment)) };
}

/** How many replicas the new ReplicaSet may have now. */
export function newReplicas(deployment: Workload, all: readonly Workload[], current: number): number {
  if (deployment.spec.strategy?.type === 'Recreate') return wanted(deployment);
  const room = wanted(deployment) + fenceposts(deployment).surge - sum(all, wanted);
  return room <= 0 ? current : current + Math.min(room, wanted(deployment) - current);
}

/**
 * The sizes that old ReplicaSets shrink to in one step: unhealthy replicas go first, since they serve nobody, then as
 * many healthy ones as availability allows. Oldest ReplicaSet first.
 */
export function shrunkenSizes(
  deployment: Workload,
  newSet: Workload,
  old: readonly Workload[],
): Map<Workload, number> | undefined {
  const sizes = new Map(old.map((set) => [set, wanted(set)] as const));
  const leastAvailable = wanted(deployment) - fenceposts(deployment).unavailable;
  const total = sum([...old, newSet], wanted);
  const removable = total - leastAvailable - (wanted(newSet) - available(newSet));
  if (sum(old, wanted) === 0 || removable <= 0) return undefined;

  let cleaned = 0;
  for (const set of old) {
    const less = Math.min(removable - cleaned, wanted(set) - available(set));
    if (less <= 0) continue;
    sizes.set(set, wanted(set) - less);
    cleaned += less;
  }

  let healthy = sum([...old, newSet], available) - leastAvailable;
  for (const set of old) {
    const size = sizes.get(set) ?? 0;
    const less = Math.min(size, healthy);
    if (less <= 0) continue;
    sizes.set(set, size - less);
    healthy -= less;
  }
  return sizes;
}
