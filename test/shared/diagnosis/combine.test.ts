import { describe, expect, it } from 'vitest';
import { combine, type Part } from '#shared/diagnosis/combine.ts';
import { diagnosis } from '#shared/domain/diagnosis.ts';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import { judge } from '#test/support/diagnosing.ts';
import { crashLoop, podsOf } from '#test/support/faults.ts';
import { healthyNamespace, NAMESPACE, wholeNamespace } from '#test/support/namespace.ts';

const part = (namespace: string, snapshot: Snapshot): Part => {
  const renamed = JSON.parse(JSON.stringify(snapshot).replaceAll(NAMESPACE, namespace)) as Snapshot;
  const found = judge(renamed, { ...wholeNamespace(), namespace });
  return {
    namespace,
    diagnosis: { ...found, durationMs: 1, snapshot: { key: `snapshots/${namespace}`, sha256: namespace } },
  };
};
const WHOLE = { target: 'all', at: '2026-11-20T10:00:00.000Z', durationMs: 5, snapshot: { key: 'list', sha256: 'x' } };
const broken = () => {
  const snapshot = healthyNamespace();
  return crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { exitCode: 101 });
};

describe('one diagnosis over several namespaces', () => {
  it('is a Diagnosis with the worst verdict, the findings of all, and what each namespace gave', () => {
    const whole = combine([part('calm', healthyNamespace()), part('shop', broken())], WHOLE);
    expect(diagnosis.parse(JSON.parse(JSON.stringify(whole)))).toEqual(whole);
    expect(whole).toMatchObject({
      verdict: 'failed',
      layer: 'application',
      rootCauses: [{ code: 'container-panic', subject: { namespace: 'shop' } }],
      namespaces: [
        { namespace: 'shop', verdict: 'failed', rootCauses: ['container-panic'] },
        { namespace: 'calm', verdict: 'healthy', rootCauses: [] },
      ],
    });
    expect(whole.action).toEqual(part('shop', broken()).diagnosis.action);
    expect(whole.coverage.checked).toContain('pods (shop)');
  });

  it('is healthy where all are, unknown where one could not be seen and none fails', () => {
    const calm = part('calm', healthyNamespace());
    const blind = part('blind', healthyNamespace());
    blind.diagnosis.verdict = 'unknown';
    expect(combine([calm, part('quiet', healthyNamespace())], WHOLE)).toMatchObject({
      verdict: 'healthy',
      rootCauses: [],
    });
    expect(combine([calm, blind], WHOLE).verdict).toBe('unknown');
  });

  it('shows a fault that two namespaces share once, under its cause where one of them knows it', () => {
    const one = part('shop', broken());
    const other = structuredClone(one);
    other.namespace = 'client';
    const cause = one.diagnosis.findings[0];
    const symptom = one.diagnosis.findings.find(({ explainedBy }) => explainedBy !== undefined);
    if (!cause || !symptom) throw new Error('no cause and symptom');
    const { explainedBy: _, ...alone } = symptom;
    other.diagnosis.findings = [alone];
    other.diagnosis.rootCauses = [alone];
    const whole = combine([other, one], WHOLE);
    expect(whole.rootCauses.map(({ code }) => code)).toEqual(['container-panic']);
    expect(whole.findings.filter(({ code }) => code === symptom.code)).toEqual([symptom]);
  });

  it('says what was left out', () => {
    const gap = { check: 'namespace z', why: 'not among the first 200' };
    expect(combine([part('calm', healthyNamespace())], WHOLE, [gap]).coverage.notChecked).toContainEqual(gap);
  });
});
