import type { Condition, Workload } from '#shared/domain/kubernetes.ts';
import type { RolledKind } from './workload-ref.ts';

export interface Rollout {
  /** unseen: the controller has not yet read the last change; waiting: pods are still being exchanged or become available */
  state: 'complete' | 'waiting' | 'unseen';
  /** all pods have the newest template, though perhaps they are not available */
  exchanged: boolean;
  desired: number;
  detail: string;
}

export const condition = ({ status }: Workload, type: string): Condition | undefined =>
  status?.conditions?.find((one) => one.type === type);

interface Counts {
  desired: number;
  updated: number;
  /** pods of the old template that are still there */
  old: number;
  available: number;
}

const COUNTS: Record<RolledKind, (workload: Workload) => Counts> = {
  Deployment({ spec, status = {} }) {
    const { updatedReplicas: updated = 0, replicas = 0, availableReplicas: available = 0 } = status;
    return { desired: spec.replicas ?? 1, updated, old: Math.max(0, replicas - updated), available };
  },
  StatefulSet({ spec, status = {} }) {
    const desired = spec.replicas ?? 1;
    const all = desired - Math.min(desired, spec.updateStrategy?.rollingUpdate?.partition ?? 0);
    const done = status.updateRevision === undefined || status.updateRevision === status.currentRevision;
    const updated = done ? desired : Math.min(status.updatedReplicas ?? 0, desired);
    const old = Math.max(0, all - updated);
    return { desired, updated: old === 0 ? desired : updated, old, available: status.readyReplicas ?? 0 };
  },
  DaemonSet({ status = {} }) {
    const { desiredNumberScheduled: desired = 0, updatedNumberScheduled: updated = 0 } = status;
    return { desired, updated, old: Math.max(0, desired - updated), available: status.numberAvailable ?? 0 };
  },
};

/** The conditions of `kubectl rollout status` (kubernetes-faults 5.1), as a state instead of a wait. */
export function rolloutOf(kind: RolledKind, workload: Workload): Rollout {
  const { desired, updated, old, available } = COUNTS[kind](workload);
  const exchanged = updated >= desired && old === 0;
  const is = (state: Rollout['state'], detail: string): Rollout => ({ state, exchanged, desired, detail });
  if ((workload.metadata.generation ?? 0) > (workload.status?.observedGeneration ?? 0))
    return is('unseen', 'the controller has not yet seen the last change');
  if (updated < desired) return is('waiting', `${updated} of ${desired} pods are updated`);
  if (old > 0) return is('waiting', `${old} old pods are still there`);
  if (available < desired) return is('waiting', `${available} of ${desired} pods are available`);
  return is('complete', `${desired} of ${desired} pods updated and available`);
}
