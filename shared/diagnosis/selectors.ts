import type { LabelSelector } from '#shared/domain/kubernetes.ts';

type Labels = Record<string, string> | undefined;

/** As a Service selects: all pairs equal; an empty selector selects nothing. */
export const selects = (selector: Labels, labels: Labels): boolean => {
  let some = false;
  for (const key in selector) {
    if (labels?.[key] !== selector[key]) return false;
    some = true;
  }
  return some;
};

/** `app=otlp-app,tier==web` as pairs. Of what is more than equality (`in`, `!=`) nothing is selected here. */
export function equalities(selector: string): Record<string, string> {
  const pairs = selector.split(',').map((part) => /^([^\s=!()]+)\s*==?\s*([^\s=!()]*)$/.exec(part.trim()));
  if (pairs.some((pair) => pair === null)) return {};
  return Object.fromEntries(pairs.flatMap((pair) => (pair ? [[pair[1], pair[2]]] : [])));
}

/** Labels of which some may not be known; then an absent key says nothing. */
export interface KnownLabels {
  labels: Record<string, string>;
  partial?: boolean;
}

/** As a LabelSelector selects: all terms together; an empty selector selects everything. Undefined = cannot be told. */
export function matches(
  { matchLabels = {}, matchExpressions = [] }: LabelSelector,
  { labels, partial = false }: KnownLabels,
): boolean | undefined {
  const labelOf = (key: string) => (Object.hasOwn(labels, key) ? labels[key] : undefined);
  let pairs: boolean | undefined = true;
  for (const key in matchLabels) {
    const value = labelOf(key);
    if (value === undefined && partial) pairs = undefined;
    else if (value !== matchLabels[key]) return false;
  }
  if (matchExpressions.length === 0) return pairs;
  const terms = matchExpressions.map(({ key, operator, values = [] }) => {
    const value = labelOf(key);
    if (value === undefined && partial) return undefined;
    const isIn = value !== undefined && values.includes(value);
    if (operator === 'In') return isIn;
    // NotIn selects what does not have the key, too.
    if (operator === 'NotIn') return !isIn;
    if (operator === 'Exists') return value !== undefined;
    return operator === 'DoesNotExist' ? value === undefined : undefined;
  });
  return every([pairs, ...terms]);
}

/** "And" over what may not be known. */
export const every = (all: (boolean | undefined)[]): boolean | undefined =>
  all.includes(false) ? false : all.includes(undefined) ? undefined : true;

/** "Or" over what may not be known. */
export const some = (all: (boolean | undefined)[]): boolean | undefined =>
  all.includes(true) ? true : all.includes(undefined) ? undefined : false;
