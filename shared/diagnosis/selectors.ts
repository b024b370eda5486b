type Labels = Record<string, string> | undefined;

/** As a Service selects: all pairs equal; an empty selector selects nothing. */
export const selects = (selector: Labels, labels: Labels): boolean => {
  const pairs = Object.entries(selector ?? {});
  return pairs.length > 0 && pairs.every(([key, value]) => labels?.[key] === value);
};

/** `app=otlp-app,tier==web` as pairs. Of what is more than equality (`in`, `!=`) nothing is selected here. */
export function equalities(selector: string): Record<string, string> {
  const pairs = selector.split(',').map((part) => /^\s*([^\s=!()]+)\s*==?\s*([^\s=!()]*)\s*$/.exec(part));
  if (pairs.some((pair) => pair === null)) return {};
  return Object.fromEntries(pairs.flatMap((pair) => (pair ? [[pair[1], pair[2]]] : [])));
}
