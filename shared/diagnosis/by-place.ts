interface Place {
  namespace: string;
  name: string;
}

/**
 * Things by the namespace and name of what they are about; one without a name is left out. Asked for every pod by many
 * rules, so nothing is made for a look: a key put together out of two strings costs more than both look-ups.
 */
export function byPlace<T>(
  all: Iterable<T>,
  placeOf: (one: T) => { namespace: string; name: string | undefined },
): (place: Place) => T[] | undefined {
  const index = new Map<string, Map<string, T[]>>();
  for (const one of all) {
    const { namespace, name } = placeOf(one);
    if (name === undefined) continue;
    const names = index.get(namespace) ?? new Map<string, T[]>();
    index.set(namespace, names);
    const known = names.get(name);
    if (known) known.push(one);
    else names.set(name, [one]);
  }
  return ({ namespace, name }) => index.get(namespace)?.get(name);
}
