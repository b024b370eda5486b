import { RESOURCE_NAMES, type Snapshot, type SnapshotObjects } from '#shared/domain/snapshot.ts';

/** One namespace with as many of what `build` makes: the application, its nodes and what else bears a number of its own. */
export function many(
  count: number,
  build: () => Snapshot,
  own: readonly string[] = ['otlp-app', 'node-a', 'node-b'],
): Snapshot {
  const text = JSON.stringify(build());
  const parts = Array.from(
    { length: count },
    (_, number): Snapshot => JSON.parse(own.reduce((all, name) => all.replaceAll(name, `${name}-${number}`), text)),
  );
  const [first] = parts;
  if (!first) throw new Error('many are at least one');
  const objects = Object.fromEntries(
    RESOURCE_NAMES.map((kind) => {
      const all = parts.flatMap((part): SnapshotObjects[typeof kind][number][] => part.objects[kind]);
      return [kind, [...new Map(all.map((one) => [`${one.metadata.namespace}/${one.metadata.name}`, one])).values()]];
    }),
  ) as unknown as SnapshotObjects;
  return {
    ...first,
    objects,
    secrets: parts.flatMap(({ secrets }) => secrets),
    absentSecrets: parts.flatMap(({ absentSecrets }) => absentSecrets),
    logs: parts.flatMap(({ logs }) => logs),
    configFacts: parts.flatMap(({ configFacts }) => configFacts),
  };
}
