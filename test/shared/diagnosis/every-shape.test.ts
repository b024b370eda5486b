import { describe, expect, it } from 'vitest';
import type { Code } from '#shared/diagnosis/catalogue.ts';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import { judge } from '#test/support/diagnosing.ts';
import { sandboxTarget } from '#test/support/namespace.ts';
import { madeBy, withProxy } from '#test/support/other-shapes.ts';
import { CASES } from './codes/all.ts';
import type { CodeCases, Positive } from './codes/case.ts';

/** Each root cause that lies in the containers or pods of the application. */
const inItsPods = (Object.entries(CASES) as [Code, CodeCases][]).flatMap(([code, { positive }]) =>
  positive
    .filter(
      ({ at, as = 'root', target }) =>
        as === 'root' && at.owner?.name === 'otlp-app' && !target && at.subject.kind === 'Pod',
    )
    .map((given): [title: string, code: Code, given: Positive] => [`${code}, ${given.when}`, code, given]),
);

it('has a good many root causes to try', () => {
  expect(inItsPods.length).toBeGreaterThan(100);
});

describe.each([
  { shape: 'beside a proxy', kind: 'deployment', as: withProxy },
  { shape: 'of a StatefulSet', kind: 'statefulset', as: (snapshot: Snapshot) => madeBy('StatefulSet', snapshot) },
  { shape: 'of a DaemonSet', kind: 'daemonset', as: (snapshot: Snapshot) => madeBy('DaemonSet', snapshot) },
] as const)('an application $shape', ({ kind, as }) => {
  it.each(inItsPods)('has the same root cause: %s', (_, code, { build, at }) => {
    const { rootCauses } = judge(as(build()), sandboxTarget({ workloads: [`${kind}/otlp-app`] }));
    expect(rootCauses.map((root) => root.code)).toEqual([code]);
    expect(rootCauses[0]).toMatchObject({ subject: at.subject, owner: { name: 'otlp-app' } });
  });
});
