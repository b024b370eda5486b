import { describe, expect, it } from 'vitest';
import { diagnose } from '#shared/diagnosis/diagnose.ts';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import { CORPUS } from './corpus.ts';
import { besideItsTwin, colouredLogs, eventsOfToday, reversed, without } from './other-forms.ts';
import { snapshotOf, wholeNamespace } from './snapshot.ts';

const open = CORPUS.filter(({ heldOut }) => !heldOut);
const healthy = open.filter(({ roots }) => roots.length === 0);

const codesOf = (snapshot: Snapshot, namespace: string): string[] =>
  diagnose(snapshot, { target: wholeNamespace(namespace) })
    .rootCauses.map(({ code }) => code)
    .toSorted();

describe('the corpus in other forms', { timeout: 60_000 }, () => {
  it('has the same root causes, whatever the order, the API of events, the ends of lines, and beside a twin', () => {
    const differing = open.flatMap(({ name, build }) => {
      const world = build();
      const { namespace } = world;
      const snapshot = snapshotOf(world);
      const before = codesOf(snapshot, namespace);
      reversed(snapshot);
      eventsOfToday(snapshot);
      colouredLogs(snapshot);
      besideItsTwin(snapshot, namespace);
      const after = codesOf(snapshot, namespace);
      return after.join() === before.join() ? [] : [{ name, before, after }];
    });
    expect(differing).toEqual([]);
  });

  it.each([
    ['events', without('events')],
    ['logs', without('logs')],
    ['nodes', without('nodes')],
    ['ReplicaSets', without('replicasets')],
    ['EndpointSlices', without('endpointslices')],
    ['ConfigMaps', without('configmaps')],
    [
      'what lives in no namespace',
      without('nodes', 'namespaces', 'persistentvolumes', 'storageclasses', 'ingressclasses', 'apiservices'),
    ],
  ])('raises nothing on the healthy ones where nobody may read %s', (_, change) => {
    for (const { name, build } of healthy) {
      const world = build();
      const snapshot = snapshotOf(world);
      change(snapshot);
      expect({ name, roots: codesOf(snapshot, world.namespace) }).toEqual({ name, roots: [] });
    }
  });
});
