import type { ClusterView } from './view.ts';

type Plural = 'serviceaccounts' | 'persistentvolumeclaims';

const NAMES = new WeakMap<ClusterView, Map<string, Set<string>>>();

/** A Secret that was asked for and is not there. What could not be read is no such thing. */
export const isAbsentSecret = (view: ClusterView, namespace: string, name: string): boolean =>
  namesOf(view, 'absentSecrets', () => view.snapshot.absentSecrets).has(`${namespace}/${name}`);

/** An object of that kind and name was read. */
export const exists = (view: ClusterView, plural: Plural, namespace: string, name: string): boolean =>
  namesOf(view, plural, () =>
    view.snapshot.objects[plural].map(({ metadata }) => ({ namespace: metadata.namespace, name: metadata.name })),
  ).has(`${namespace}/${name}`);

function namesOf(
  view: ClusterView,
  of: string,
  all: () => { namespace?: string | undefined; name: string }[],
): Set<string> {
  const known = NAMES.get(view) ?? new Map<string, Set<string>>();
  NAMES.set(view, known);
  const names = known.get(of) ?? new Set(all().map(({ namespace, name }) => `${namespace}/${name}`));
  known.set(of, names);
  return names;
}
