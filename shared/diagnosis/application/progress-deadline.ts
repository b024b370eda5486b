import { called, evidence, inWorkload, kubectl, type Rule } from '../rule.ts';

/** The controller gave the rollout up. The reason stays after a successful undo, so the counts must agree. */
export const rule: Rule = (view) =>
  view.workloads.flatMap((workload) => {
    const { ref, object, desired } = workload;
    const condition = object.status?.conditions?.find(({ type }) => type === 'Progressing');
    const { updatedReplicas = 0, availableReplicas = 0, replicas = 0 } = object.status ?? {};
    const complete = updatedReplicas >= desired && availableReplicas >= updatedReplicas && replicas <= updatedReplicas;
    if (condition?.reason !== 'ProgressDeadlineExceeded' || complete) return [];
    return [
      {
        code: 'deployment-progress-deadline' as const,
        ...inWorkload(workload),
        title: `the rollout of ${called(ref)} does not finish`,
        evidence: [
          evidence(ref, 'status.conditions[Progressing].reason', condition.reason, condition.lastUpdateTime),
          evidence(ref, 'status.conditions[Progressing].message', condition.message, condition.lastUpdateTime),
          evidence(ref, 'status.updatedReplicas', `${updatedReplicas} of ${desired}`),
        ],
        commands: [kubectl(ref, `rollout status ${ref.kind.toLowerCase()}/${ref.name}`)],
      },
    ];
  });
