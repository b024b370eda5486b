import { millis } from '../model.ts';
import { called, evidence, inWorkload, kubectl, type Rule } from '../rule.ts';

/** The API server refuses the pods of the workload; which fault it is, its message says (configuration/failed-create). */
export const rule: Rule = (view) =>
  view.workloads.flatMap((workload) => {
    const { ref, object } = workload;
    const condition = object.status?.conditions?.find(
      ({ type, status }) => type === 'ReplicaFailure' && status === 'True',
    );
    if (!condition) return [];
    return [
      {
        code: 'deployment-replica-failure' as const,
        ...inWorkload(workload),
        title: `pods of ${called(ref)} cannot be created`,
        ...(condition.message ? { cause: `The API server refuses them: ${condition.message}` } : {}),
        evidence: [
          evidence(ref, 'status.conditions[ReplicaFailure].reason', condition.reason, condition.lastTransitionTime),
          evidence(ref, 'status.conditions[ReplicaFailure].message', condition.message, condition.lastTransitionTime),
        ],
        since: millis(condition.lastTransitionTime),
        commands: [kubectl(ref, `describe ${called(ref)}`)],
      },
    ];
  });
