import { isShort } from '../application/unavailable.ts';
import { called, evidence, kubectl, type Rule } from '../rule.ts';
import { hasSelector } from '../services.ts';

/** A Service has fewer ready endpoints than its workloads are to have replicas: what is left bears all of its traffic. */
export const rule: Rule = (view) =>
  view.services.flatMap(({ ref, object, ready = 0, readyPath, workloads }) => {
    const short = workloads.filter((workload) => isShort(view.now, workload));
    const wanted = workloads.reduce((sum, { desired }) => sum + desired, 0);
    if (short.length === 0 || ready === 0 || ready >= wanted || !hasSelector(object)) return [];
    return [
      {
        code: 'service-endpoints-partial' as const,
        at: ref,
        title: `service ${ref.name} has ${ready} of ${wanted} endpoints`,
        evidence: [
          evidence(ref, readyPath, `${ready} ready`),
          ...short.map((workload) =>
            evidence(workload.ref, 'status.availableReplicas', `${workload.available} of ${workload.desired}`),
          ),
        ],
        commands: [
          kubectl(ref, `get endpointslices -l kubernetes.io/service-name=${ref.name}`),
          ...short.map((workload) => kubectl(workload.ref, `describe ${called(workload.ref)}`)),
        ],
      },
    ];
  });
