import { RECENT_MS } from '../events.ts';
import { millis } from '../model.ts';
import { goneOf } from '../placement.ts';
import { called, evidence, inWorkload, kubectl, type Rule } from '../rule.ts';

/** Who says in DisruptionTarget that it takes a pod; preemption and evictions for resources are faults of their own. */
const TAKEN: Record<string, string> = {
  EvictionByEvictionAPI: 'were evicted, as by a drain',
  DeletionByTaintManager: 'were deleted for a taint of their node',
  TerminationByKubelet: 'were ended by the kubelet, as by the shutdown of their node',
  DeletionByPodGC: 'were deleted because their node is gone',
};

/** Pods that the platform has just taken away from a workload that misses them: expected churn, which passes. */
export const rule: Rule = (view) =>
  view.workloads.flatMap((workload) => {
    if (workload.available >= workload.desired) return [];
    const taken = goneOf(view, workload).flatMap(({ ref, object }) => {
      const condition = object.status?.conditions?.find(
        ({ type, status }) => type === 'DisruptionTarget' && status === 'True',
      );
      const says = TAKEN[condition?.reason ?? ''];
      const at = millis(condition?.lastTransitionTime);
      if (!condition || !says || object.status?.reason === 'Evicted') return [];
      return at !== undefined && view.now - at <= RECENT_MS ? [{ ref, condition, says, at }] : [];
    });
    const [first] = taken;
    if (!first) return [];
    return [
      {
        code: 'pod-disrupted-by-platform' as const,
        ...inWorkload(workload),
        title: `pods of ${called(workload.ref)} ${first.says}`,
        evidence: taken
          .slice(0, 3)
          .map(({ ref, condition: { reason, message, lastTransitionTime } }) =>
            evidence(
              ref,
              'status.conditions[DisruptionTarget]',
              [reason, message].filter(Boolean).join(': '),
              lastTransitionTime,
            ),
          ),
        since: Math.min(...taken.map(({ at }) => at)),
        commands: [kubectl(workload.ref, 'get pods -o wide --watch')],
      },
    ];
  });
