import type { Condition } from '#shared/domain/kubernetes.ts';
import { isHeldBack } from '../claims.ts';
import { isReady, millis, type PodView, type WorkloadView } from '../model.ts';
import { called, evidence, inWorkload, kubectl, type Rule } from '../rule.ts';

const HELD_BACK =
  'A pod has its node, and no container of it was made: its volumes are not mounted, or its network is not set up. The events of the kubelet say which.';

/** A pod of a rollout or scale-up that goes on is given this long before it counts as missing. */
const PATIENCE_MS = 60_000;

/** Fewer replicas are available than wanted, below what the strategy allows or for longer than a start takes. */
export const rule: Rule = (view) =>
  view.workloads.flatMap((workload) => {
    const { ref, desired, available, pods } = workload;
    if (!isShort(view.now, workload)) return [];
    const condition = availability(workload);
    return [
      {
        code: 'deployment-unavailable' as const,
        ...inWorkload(workload),
        title: `${called(ref)}: ${available} of ${desired} replicas are available`,
        ...(pods.some((pod) => pod.object.spec?.nodeName && isHeldBack(pod)) ? { cause: HELD_BACK } : {}),
        evidence: [
          evidence(ref, 'status.availableReplicas', available),
          evidence(ref, 'spec.replicas', desired),
          ...(condition
            ? [evidence(ref, 'status.conditions[Available]', wordsOf(condition), condition.lastTransitionTime)]
            : []),
          ...pods
            .filter((pod) => !isReady(pod))
            .slice(0, 3)
            .flatMap(stateOf),
        ],
        since: condition?.status === 'False' ? millis(condition.lastTransitionTime) : undefined,
        commands: [kubectl(ref, 'get pods -o wide'), kubectl(ref, `describe ${called(ref)}`)],
      },
    ];
  });

const availability = ({ object }: WorkloadView): Condition | undefined =>
  object.status?.conditions?.find(({ type }) => type === 'Available');

/** It lacks replicas, and not only for as long as a start takes. */
export const isShort = (now: number, workload: WorkloadView): boolean =>
  workload.desired > 0 &&
  workload.available < workload.desired &&
  (availability(workload)?.status === 'False' || !isStarting(now, workload));

const wordsOf = ({ status, reason, message }: Condition) => [status, reason, message].filter(Boolean).join(': ');

const isStarting = (now: number, { pods, desired, object }: WorkloadView): boolean => {
  const young = (time: string | undefined) => now - (millis(time) ?? 0) <= PATIENCE_MS;
  if (young(object.metadata.creationTimestamp)) return true;
  const waiting = pods.filter((pod) => !isReady(pod));
  return pods.length >= desired && waiting.every(({ object: pod }) => young(pod.metadata.creationTimestamp));
};

/** Whatever holds the pod back, for the codes that no other rule has a word for. */
function stateOf({ ref, object, containers }: PodView) {
  const waiting = containers.find(({ status }) => status?.state?.waiting?.reason);
  const state = waiting?.status?.state?.waiting;
  if (waiting && state)
    return [
      evidence(ref, `${waiting.statusPath}.state.waiting`, [state.reason, state.message].filter(Boolean).join(': ')),
    ];
  const ready = object.status?.conditions?.find(({ type }) => type === 'Ready');
  if (ready) return [evidence(ref, 'status.conditions[Ready]', wordsOf(ready), ready.lastTransitionTime)];
  return [evidence(ref, 'status.phase', object.status?.phase ?? 'Unknown')];
}
