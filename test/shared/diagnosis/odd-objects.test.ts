import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diagnose } from '#shared/diagnosis/diagnose.ts';
import { judge } from '#test/support/diagnosing.ts';
import { addLog, crashLoop, deploymentOf, event, podsOf } from '#test/support/faults.ts';
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

const troubled = () => {
  const snapshot = healthyNamespace();
  const [first, second] = podsOf(snapshot, 'otlp-app');
  if (first) crashLoop(snapshot, [first], { log: 'Error: bad flag' });
  if (second) event(snapshot, second, 'Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503');
  for (const pod of podsOf(snapshot, 'otel-collector'))
    crashLoop(snapshot, [pod], { exitCode: 137, reason: 'OOMKilled' });
  return surrounded(properAllows(snapshot));
};

describe('objects that are not as the API would write them', () => {
  it('never make a rule or the diagnosis throw', () => {
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
      { numRuns: 200 },
    );
  }, 20_000);

  it('lose only the field that is odd', () => {
    const snapshot = troubled();
    const { spec } = deploymentOf(snapshot, 'otlp-app').spec.template;
    Object.assign(spec.containers[0] ?? {}, { ports: null, command: 7, env: [null, { value: 'no name' }] });
    expect(judge(snapshot).rootCauses.map(({ code }) => code)).toContain('container-exit-error');
  });

  it('may lack uid and status, and their ReplicaSets may not have been read', () => {
    const snapshot = troubled();
    for (const list of Object.values(snapshot.objects)) for (const object of list) delete object.metadata.uid;
    snapshot.objects.replicasets = [];
    delete deploymentOf(snapshot, 'otlp-app').status;
    const root = judge(snapshot).rootCauses.find(({ code }) => code === 'container-exit-error');
    expect(root?.owner?.name).toBe('otlp-app');
  });
});

describe('a rule that trips', () => {
  it('takes no other rule with it, and is told as not checked', () => {
    const snapshot = troubled();
    const [pod] = podsOf(snapshot, 'otlp-app');
    if (pod) addLog(snapshot, pod, '');
    Object.assign(snapshot.logs.at(-1) ?? {}, { text: 7 });
    const { rootCauses, coverage } = diagnose(snapshot, { target: sandboxTarget() });
    expect(rootCauses.map(({ code }) => code)).toContain('container-oom-killed');
    expect(coverage.notChecked).toContainEqual(expect.objectContaining({ check: 'rule otlp/log-messages' }));
  });
});
