import type { Condition, Workload } from '#shared/domain/kubernetes.ts';
import { conditionOf, withCondition } from '../objects.ts';
import { available, type FullStatus, fenceposts, sum, wanted } from './rollout-math.ts';

export const PROGRESSING = 'Progressing';

export interface StatusInput {
  deployment: Workload;
  all: readonly Workload[];
  newSet: Workload | undefined;
  now: string;
  /** the progress deadline has passed since the last sign of progress */
  overdue: boolean;
}

export const condition = (type: string, status: string, reason: string, message: string, now: string): Condition => ({
  type,
  status,
  reason,
  message,
  lastUpdateTime: now,
  lastTransitionTime: now,
});

/** As SetDeploymentCondition: nothing moves while status and reason are the same. */
export function setCondition(conditions: Condition[] | undefined, next: Condition): Condition[] {
  const current = conditionOf(conditions, next.type);
  if (current?.status === next.status && current.reason === next.reason) return conditions ?? [];
  return withCondition(conditions, next);
}

function counts({ deployment, all, newSet }: StatusInput): FullStatus {
  const ready = sum(all, (set) => set.status?.readyReplicas);
  const availableReplicas = sum(all, available);
  const status: FullStatus = {
    observedGeneration: deployment.metadata.generation ?? 0,
    replicas: sum(all, (set) => set.status?.replicas),
    updatedReplicas: newSet?.status?.replicas ?? 0,
    readyReplicas: ready,
    availableReplicas,
    unavailableReplicas: Math.max(0, sum(all, wanted) - availableReplicas),
  };
  // The API leaves zeros out, but for the pods that are on their way out.
  const shown = Object.fromEntries(Object.entries(status).filter(([, value]) => value !== 0));
  return { ...shown, terminatingReplicas: sum(all, (set) => (set.status as FullStatus)?.terminatingReplicas) };
}

/** Any of: more updated, fewer old, more ready, more available replicas. */
function hasProgressed(before: FullStatus, after: FullStatus): boolean {
  const old = (status: FullStatus) => (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
  const up = (of: keyof FullStatus) => Number(after[of] ?? 0) > Number(before[of] ?? 0);
  return up('updatedReplicas') || up('readyReplicas') || up('availableReplicas') || old(after) < old(before);
}

export function isComplete(deployment: Workload, status: FullStatus): boolean {
  const all = wanted(deployment);
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0, observedGeneration = 0 } = status;
  return (
    updatedReplicas === all &&
    replicas === all &&
    availableReplicas === all &&
    observedGeneration >= (deployment.metadata.generation ?? 0)
  );
}

function progressing(input: StatusInput, status: FullStatus): Condition[] {
  const { deployment, newSet, now, overdue } = input;
  const conditions = status.conditions ?? [];
  const current = conditionOf(deployment.status?.conditions, PROGRESSING);
  const settled = status.replicas === status.updatedReplicas && current?.reason === 'NewReplicaSetAvailable';
  if (settled) return conditions;
  const about = newSet ? `ReplicaSet "${newSet.metadata.name}"` : `Deployment "${deployment.metadata.name}"`;
  const say = (value: string, reason: string, words: string) =>
    condition(PROGRESSING, value, reason, `${about} ${words}`, now);
  if (isComplete(deployment, status))
    return setCondition(conditions, say('True', 'NewReplicaSetAvailable', 'has successfully progressed.'));
  // Progress moves lastUpdateTime even when the reason stays: the deadline counts from there.
  if (hasProgressed(deployment.status ?? {}, status))
    return withCondition(conditions, say('True', 'ReplicaSetUpdated', 'is progressing.'));
  if (overdue && current?.reason !== 'NewReplicaSetAvailable')
    return setCondition(conditions, say('False', 'ProgressDeadlineExceeded', 'has timed out progressing.'));
  return conditions;
}

function failureOf({ all, newSet }: StatusInput): Condition | undefined {
  for (const set of [newSet, ...all]) {
    const failure = conditionOf(set?.status?.conditions, 'ReplicaFailure');
    if (failure) return failure;
  }
  return undefined;
}

/** The status of a Deployment, as the controller's syncRolloutStatus computes it from its ReplicaSets. */
export function rolloutStatus(input: StatusInput, estimateProgress: boolean): FullStatus {
  const { deployment, now } = input;
  const status = counts(input);
  const enough = (status.availableReplicas ?? 0) >= wanted(deployment) - fenceposts(deployment).unavailable;
  const verdict = enough
    ? condition('Available', 'True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.', now)
    : condition(
        'Available',
        'False',
        'MinimumReplicasUnavailable',
        'Deployment does not have minimum availability.',
        now,
      );
  status.conditions = setCondition(deployment.status?.conditions, verdict);
  if (!estimateProgress) return status;
  status.conditions = progressing(input, status);
  const failure = failureOf(input);
  const others = status.conditions.filter(({ type }) => type !== 'ReplicaFailure');
  status.conditions = failure ? setCondition(status.conditions, { ...failure, lastUpdateTime: now }) : others;
  return status;
}
