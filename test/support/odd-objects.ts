import fc from 'fast-check';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import { judge } from '#test/support/diagnosing.ts';
import { crashLoop, event, podsOf } from '#test/support/faults.ts';
import { healthyNamespace, sandboxTarget, wholeNamespace } from '#test/support/namespace.ts';
import { properAllows } from '#test/support/policies.ts';
import { surrounded } from '#test/support/surroundings.ts';

type Holder = Record<string, unknown>;

/** Every place in a tree of objects that can be overwritten. */
function placesIn(value: unknown): [holder: Holder, key: string][] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Holder;
  return Object.keys(holder).flatMap((key) => [[holder, key] as [Holder, string], ...placesIn(holder[key])]);
}

const odd = fc.oneof(
  fc.constantFrom('gone', 'null'),
  fc.integer(),
  fc.string(),
  fc.boolean(),
  fc.constantFrom([], [null], {}, { name: null }),
);

/** A namespace with faults and everything around it; each call gives objects of its own. */
export function troubled(): Snapshot {
  const snapshot = healthyNamespace();
  const [first, second] = podsOf(snapshot, 'otlp-app');
  if (first) crashLoop(snapshot, [first], { log: 'Error: bad flag' });
  if (second) event(snapshot, second, 'Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503');
  for (const pod of podsOf(snapshot, 'otel-collector'))
    crashLoop(snapshot, [pod], { exitCode: 137, reason: 'OOMKilled' });
  // Parts of the surroundings are shared between calls, and what a wreck leaves of them would go on to the next.
  return JSON.parse(JSON.stringify(surrounded(properAllows(snapshot))));
}

/** Overwrites a few places in so many namespaces by odd values; throws where a rule or the diagnosis does. */
export function wreckAndJudge(numRuns: number): void {
  const wreck = fc.array(fc.tuple(fc.nat(), odd), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(wreck, fc.constantFrom(sandboxTarget(), wholeNamespace()), (strokes, target) => {
      const snapshot = troubled();
      for (const [at, value] of strokes) {
        const places = placesIn(snapshot.objects).filter(([holder]) => (holder as unknown) !== snapshot.objects);
        const [holder, key] = places[at % places.length] ?? [];
        if (!holder || key === undefined) continue;
        if (value === 'gone') delete holder[key];
        else holder[key] = value === 'null' ? null : structuredClone(value);
      }
      judge(snapshot, target);
    }),
    { numRuns },
  );
}
