import { byPlace } from '../by-place.ts';
import type { Code } from '../catalogue.ts';
import { quantity } from '../quantity.ts';
import { evidence, inContainer, kubectl, ownerName, type Rule } from '../rule.ts';

/** Share of the limit from which it counts, as the fault catalogue has it. */
const FULL = 0.9;

const RESOURCES: { code: Code; resource: 'cpu' | 'memory'; says: string }[] = [
  { code: 'cpu-saturated', resource: 'cpu', says: 'uses up its CPU limit' },
  { code: 'memory-near-limit', resource: 'memory', says: 'is near its memory limit' },
];

/** Advice: usage against the limit at the time of the look. One sample (15 to 30 s) is a hint, no trend. */
export const rule: Rule = (view) => {
  const samples = byPlace(view.snapshot.objects.podmetrics, ({ metadata: { namespace = '', name } }) => ({
    namespace,
    name,
  }));
  return view.containers.flatMap((container) => {
    const { pod, name, spec, specPath } = container;
    const sample = samples(pod.ref)?.at(-1);
    const usage = sample?.containers?.find((one) => one.name === name)?.usage;
    if (!usage) return [];
    return RESOURCES.flatMap(({ code, resource, says }) => {
      const [used, limit] = [quantity(usage?.[resource]), quantity(spec?.resources?.limits?.[resource])];
      if (used === undefined || !limit || used / limit <= FULL) return [];
      return [
        {
          code,
          ...inContainer(container),
          confidence: 'possible' as const,
          title: `container ${name} of ${ownerName(container)} ${says}`,
          cause: `It uses ${Math.round((100 * used) / limit)} % of its limit of ${spec?.resources?.limits?.[resource]}.`,
          evidence: [
            evidence(
              `PodMetrics/${pod.ref.namespace}/${pod.ref.name}`,
              `containers[${name}].usage.${resource}`,
              usage?.[resource],
              sample?.timestamp,
            ),
            evidence(pod.ref, `${specPath}.resources.limits.${resource}`, spec?.resources?.limits?.[resource]),
          ],
          commands: [kubectl(pod.ref, `top pod ${pod.ref.name} --containers`)],
        },
      ];
    });
  });
};
