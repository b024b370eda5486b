import { templateText } from '../revisions.ts';
import { called, evidence, inWorkload, kubectl, type Rule } from '../rule.ts';

/** A pause that holds a change back is a fault; a pause with nothing behind it is only worth a word. */
export const rule: Rule = (view) =>
  view.workloads.flatMap((workload) => {
    const { ref, object, replicaSets } = workload;
    if (object.spec?.paused !== true) return [];
    const newest = replicaSets[0]?.spec?.template;
    const pending = newest === undefined || templateText(newest) !== templateText(object.spec.template);
    const condition = object.status?.conditions?.find(({ reason }) => reason === 'DeploymentPaused');
    return [
      {
        code: 'deployment-paused' as const,
        ...inWorkload(workload),
        severity: pending ? ('P2' as const) : ('P3' as const),
        title: `the rollout of ${called(ref)} is paused${pending ? ' and holds a change back' : ''}`,
        evidence: [evidence(ref, 'spec.paused', true, condition?.lastTransitionTime)],
        commands: [kubectl(ref, `rollout resume ${ref.kind.toLowerCase()}/${ref.name}`)],
      },
    ];
  });
