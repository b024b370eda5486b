import type { Workload } from '#shared/domain/kubernetes.ts';
import type { KubeEvent } from '#shared/domain/kubernetes-event.ts';
import type { Job } from '#shared/domain/surroundings.ts';
import { isOurs } from './jobs.ts';
import { type Ref, revisionOf, type WorkloadView } from './model.ts';
import type { ClusterView } from './view.ts';

/** Conditions of a Job that makes no more pods. */
const OVER = ['Complete', 'Failed', 'SuccessCriteriaMet', 'FailureTarget'];

/** The controller tries again with a growing pause, at most 1000 s: its event may be that old and still be true. */
const RETRY_MS = 1000_000;

/** The API server's words when it refuses a pod, and where they stand. */
export interface Refusal {
  message: string;
  at: Ref;
  path: string;
  time?: string | null | undefined;
}

/** From the Deployment's condition, else from the newest event of the object that creates the pods and lacks some. */
export function podRefusalOf(view: ClusterView, workload: WorkloadView): Refusal | undefined {
  const { ref, object, replicaSets, pods, desired } = workload;
  const condition = object.status?.conditions?.find(
    ({ type, status }) => type === 'ReplicaFailure' && status === 'True',
  );
  if (condition?.message)
    return {
      message: condition.message,
      at: ref,
      path: 'status.conditions[ReplicaFailure].message',
      time: condition.lastTransitionTime,
    };
  const creators: [Ref, Workload][] =
    ref.kind === 'Deployment'
      ? replicaSets
          .filter(({ spec, status }) => (spec?.replicas ?? 0) > (status?.replicas ?? 0))
          .toSorted((a, b) => revisionOf(b) - revisionOf(a))
          .map((set) => [{ kind: 'ReplicaSet', namespace: ref.namespace, name: set.metadata.name }, set])
      : pods.length < desired
        ? [[ref, object]]
        : [];
  for (const [at, creator] of creators) {
    const [event]: KubeEvent[] = view.events.of(at, creator.metadata.uid, {
      reason: 'FailedCreate',
      withinMs: RETRY_MS,
    });
    if (event?.message) return { message: event.message, at, path: 'event FailedCreate', time: event.lastTimestamp };
  }
  return undefined;
}

/** A Job that runs and has no pod; its controller says why in its newest event. */
export function jobRefusalOf(view: ClusterView, job: Job): Refusal | undefined {
  const { metadata, spec, status } = job;
  const isOver = status?.conditions?.some(({ type, status: is }) => is === 'True' && OVER.includes(type)) ?? false;
  if (!isOurs(view, job) || spec?.suspend || isOver || (status?.active ?? 0) > 0) return undefined;
  const at = { kind: 'Job', namespace: metadata.namespace ?? '', name: metadata.name };
  const [event] = view.events.of(at, metadata.uid, { reason: 'FailedCreate', withinMs: RETRY_MS });
  return event?.message
    ? { message: event.message, at, path: 'event FailedCreate', time: event.lastTimestamp }
    : undefined;
}
