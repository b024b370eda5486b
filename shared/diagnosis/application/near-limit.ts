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
    const limits = spec?.resources?.limits;
    if (!limits || !RESOURCES.some(({ resource }) => shareOf(usage[resource], limits[resource]) > FULL)) return [];
    return RESOURCES.flatMap(({ code, resource, says }) => {
      const share = shareOf(usage[resource], limits[resource]);
      if (share <= FULL) return [];
      return [
        {
          code,
          ...inContainer(container),
          confidence: 'possible' as const,
          title: `container ${name} of ${ownerName(container)} ${says}`,
          cause: `It uses ${Math.round(100 * share)} % of its limit of ${limits[resource]}.`,
          evidence: [
            evidence(
              `PodMetrics/${pod.ref.namespace}/${pod.ref.name}`,
              `containers[${name}].usage.${resource}`,
              usage[resource],
              sample?.timestamp,
            ),
            evidence(pod.ref, `${specPath}.resources.limits.${resource}`, limits[resource]),
          ],
          commands: [kubectl(pod.ref, `top pod ${pod.ref.name} --containers`)],
        },
      ];
    });
  });
};

/** 0 where one of the two is not known: what has no limit is never near it. */
function shareOf(used: string | undefined, limit: string | undefined): number {
  if (used === undefined || limit === undefined) return 0;
  const most = quantity(limit);
  return most ? (quantity(used) ?? 0) / most : 0;
}
