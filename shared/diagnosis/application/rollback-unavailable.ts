import { revisionsOf } from '../revisions.ts';
import { called, evidence, inWorkload, kubectl, type Rule } from '../rule.ts';

/** Advice: there is no way back, for want of a history or because restarts have used it up. A first revision has none either. */
export const rule: Rule = (view) =>
  view.workloads.flatMap((workload) => {
    const { ref, object } = workload;
    const kept = workload.replicaSets.length + workload.controllerRevisions.length;
    const limit = object.spec?.revisionHistoryLimit;
    const burnt = limit !== undefined && kept > limit && kept > 1 && revisionsOf(workload).length < 2;
    if (limit !== 0 && !burnt) return [];
    return [
      {
        code: 'rollback-unavailable' as const,
        ...inWorkload(workload),
        title: `${called(ref)} has no revision to go back to`,
        ...(burnt ? { cause: `The ${kept} revisions that are kept differ by restarts only.` } : {}),
        evidence: [
          evidence(ref, 'spec.revisionHistoryLimit', limit),
          ...(burnt ? [evidence(ref, 'revisions with another pod template', 0)] : []),
        ],
        commands: [kubectl(ref, `patch ${called(ref)} --type=merge -p '{"spec":{"revisionHistoryLimit":10}}'`)],
      },
    ];
  });
