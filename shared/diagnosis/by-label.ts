import type { LabelSelector } from '#shared/domain/kubernetes.ts';
import { byPlace } from './by-place.ts';
import { matches } from './selectors.ts';

interface Place {
  namespace: string;
  labels: Record<string, string>;
}

/**
 * What carries labels, by each key that a selector asks for: for some pairs the things with the rarest one, so that a
 * selector costs those and not everything. A large namespace has ten thousands of labels, and selectors ask for few keys.
 */
export function byRarestLabel<T>(all: Iterable<T>, placeOf: (one: T) => Place) {
  const things = [...all];
  const indices = new Map<string, ReturnType<typeof byPlace<T>>>();
  const index = (key: string) => {
    const known =
      indices.get(key) ??
      byPlace(things, (one) => {
        const { namespace, labels } = placeOf(one);
        return { namespace, name: labels[key] };
      });
    indices.set(key, known);
    return known;
  };
  return (namespace: string, pairs: Record<string, string>): T[] | undefined =>
    Object.entries(pairs)
      .map(([key, name]) => index(key)({ namespace, name }) ?? [])
      .toSorted((a, b) => a.length - b.length)[0];
}

/** What a LabelSelector selects in a namespace, at the cost of what has its rarest label and not of everything. */
export function byLabel<T>(all: readonly T[], placeOf: (one: T) => Place) {
  const placed = all.map((one) => ({ one, ...placeOf(one) }));
  const inNamespace = Map.groupBy(placed, ({ namespace }) => namespace);
  const withLabel = byRarestLabel(placed, (one) => one);
  return (namespace: string, selector: LabelSelector): T[] => {
    const rarest = withLabel(namespace, selector.matchLabels ?? {}) ?? inNamespace.get(namespace) ?? [];
    return rarest.filter(({ labels }) => matches(selector, { labels }) === true).map(({ one }) => one);
  };
}
