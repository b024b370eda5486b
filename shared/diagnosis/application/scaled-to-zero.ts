import { called, evidence, inWorkload, kubectl, type Rule } from '../rule.ts';

/** A workload that the target names has no replica by intent or mistake; in a whole namespace it may well sleep. */
export const rule: Rule = (view) =>
  view.workloads.flatMap((workload) => {
    const { ref, object, named } = workload;
    if (ref.kind === 'DaemonSet' || object.spec?.replicas !== 0) return [];
    const wanted = named && view.target.workloads !== 'all';
    return [
      {
        code: 'deployment-scaled-to-zero' as const,
        ...inWorkload(workload),
        severity: wanted ? ('P0' as const) : ('P3' as const),
        title: `${called(ref)} is scaled to zero`,
        evidence: [evidence(ref, 'spec.replicas', 0)],
        commands: [kubectl(ref, `scale ${ref.kind.toLowerCase()}/${ref.name} --replicas=N`)],
      },
    ];
  });
