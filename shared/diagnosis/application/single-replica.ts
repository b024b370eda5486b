import { called, evidence, inWorkload, kubectl, type Rule } from '../rule.ts';

/** Advice: one replica stands alone behind a Service. */
export const rule: Rule = (view) =>
  view.workloads.flatMap((workload) => {
    const { ref, object, services } = workload;
    const service = services[0];
    if (ref.kind !== 'Deployment' || object.spec?.replicas !== 1 || !service) return [];
    return [
      {
        code: 'single-replica-no-redundancy' as const,
        ...inWorkload(workload),
        title: `${called(ref)} serves with one replica`,
        evidence: [
          evidence(ref, 'spec.replicas', 1),
          evidence(service.ref, 'spec.selector', service.object.spec.selector ?? {}),
        ],
        commands: [kubectl(ref, `scale deployment/${ref.name} --replicas=2`)],
      },
    ];
  });
