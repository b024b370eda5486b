import { once } from './once.ts';
import type { ClusterView } from './view.ts';

const namesOf = (all: { namespace?: string | undefined; name: string }[]): Set<string> =>
  new Set(all.map(({ namespace, name }) => `${namespace}/${name}`));

const absent = once(({ snapshot }: ClusterView) => namesOf(snapshot.absentSecrets));
const present = {
  serviceaccounts: once(({ snapshot: { objects } }: ClusterView) =>
    namesOf(objects.serviceaccounts.map(({ metadata }) => metadata)),
  ),
  persistentvolumeclaims: once(({ snapshot: { objects } }: ClusterView) =>
    namesOf(objects.persistentvolumeclaims.map(({ metadata }) => metadata)),
  ),
};

/** A Secret that was asked for and is not there. What could not be read is no such thing. */
export const isAbsentSecret = (view: ClusterView, namespace: string, name: string): boolean =>
  absent(view).has(`${namespace}/${name}`);

/** An object of that kind and name was read. */
export const exists = (view: ClusterView, plural: keyof typeof present, namespace: string, name: string): boolean =>
  present[plural](view).has(`${namespace}/${name}`);
