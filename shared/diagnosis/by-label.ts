import type { LabelSelector } from '#shared/domain/kubernetes.ts';
import { matches } from './selectors.ts';

interface Place {
  namespace: string;
  labels: Record<string, string>;
}

/** What a LabelSelector selects in a namespace, at the cost of what has its rarest label and not of everything. */
export function byLabel<T>(all: readonly T[], placeOf: (one: T) => Place) {
  const placed = all.map((one) => ({ one, ...placeOf(one) }));
  const inNamespace = Map.groupBy(placed, ({ namespace }) => namespace);
  const index = new Map<string, typeof placed>();
  for (const each of placed) {
    for (const [key, value] of Object.entries(each.labels)) {
      const at = `${each.namespace}/${key}=${value}`;
      const list = index.get(at);
      if (list) list.push(each);
      else index.set(at, [each]);
    }
  }
  return (namespace: string, selector: LabelSelector): T[] => {
    const pairs = Object.entries(selector.matchLabels ?? {});
    const lists = pairs.map(([key, value]) => index.get(`${namespace}/${key}=${value}`) ?? []);
    const rarest = lists.toSorted((a, b) => a.length - b.length)[0] ?? inNamespace.get(namespace) ?? [];
    return rarest.filter(({ labels }) => matches(selector, { labels }) === true).map(({ one }) => one);
  };
}
