import type { LabelSelector } from '#shared/domain/kubernetes.ts';

type Labels = Record<string, string> | undefined;

/** As a Service selects: all pairs equal; an empty selector selects nothing. */
export const selects = (selector: Labels, labels: Labels): boolean => {
  const pairs = Object.entries(selector ?? {});
  return pairs.length > 0 && pairs.every(([key, value]) => labels?.[key] === value);
};

/** As a workload or policy selects: matchLabels and matchExpressions together; an empty selector selects all. */
export function matches(selector: LabelSelector | undefined, labels: Labels): boolean {
  const equal = Object.entries(selector?.matchLabels ?? {}).every(([key, value]) => labels?.[key] === value);
  const expressions = selector?.matchExpressions ?? [];
  return (
    equal &&
    expressions.every(({ key, operator, values = [] }) => {
      const value = labels?.[key];
      switch (operator) {
        case 'In':
          return value !== undefined && values.includes(value);
        case 'NotIn':
          return value === undefined || !values.includes(value);
        case 'Exists':
          return value !== undefined;
        case 'DoesNotExist':
          return value === undefined;
        default:
          return false;
      }
    })
  );
}
