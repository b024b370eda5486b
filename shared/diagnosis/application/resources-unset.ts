import { called, evidence, inWorkload, type Rule } from '../rule.ts';

const WANTED = ['requests.cpu', 'requests.memory', 'limits.memory'] as const;

/** Advice: containers without requests, or without a memory limit. */
export const rule: Rule = (view) =>
  view.workloads.flatMap((workload) =>
    (workload.template.containers ?? []).flatMap(({ name, resources }, index) => {
      const unset = WANTED.filter((path) => {
        const [list, resource] = path.split('.') as ['requests' | 'limits', string];
        // A limit is its own request.
        return !(resources?.[list]?.[resource] ?? resources?.limits?.[resource]);
      });
      if (unset.length === 0) return [];
      return [
        {
          code: 'resources-unset' as const,
          ...inWorkload(workload),
          container: name,
          title: `container ${name} of ${called(workload.ref)} has no ${unset.join(', ')}`,
          evidence: unset.map((path) =>
            evidence(workload.ref, `spec.template.spec.containers[${index}].resources.${path}`, 'not set'),
          ),
        },
      ];
    }),
  );
