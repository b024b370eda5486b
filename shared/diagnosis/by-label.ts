import type { LabelSelector } from '#shared/domain/kubernetes.ts';
import { matches } from './selectors.ts';

interface Place {
  namespace: string;
  labels: Record<string, string>;
}

/**
 * What carries labels, by each of them: for some pairs the things with the rarest one, so that a selector costs those and
 * not everything. Nothing is made of a label but its place in the index: a large namespace has ten thousands of them.
 */
export function byRarestLabel<T>(all: Iterable<T>, placeOf: (one: T) => Place) {
  const index = new Map<string, Map<string, Map<string, T[]>>>();
  for (const one of all) {
    const { namespace, labels } = placeOf(one);
    const keys = index.get(namespace) ?? new Map<string, Map<string, T[]>>();
    index.set(namespace, keys);
    for (const key in labels) {
      const value = labels[key] as string;
      const values = keys.get(key) ?? new Map<string, T[]>();
      keys.set(key, values);
      const known = values.get(value);
      if (known) known.push(one);
      else values.set(value, [one]);
    }
  }
  return (namespace: string, pairs: Record<string, string>): T[] | undefined =>
    Object.entries(pairs)
      .map(([key, value]) => index.get(namespace)?.get(key)?.get(value) ?? [])
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
