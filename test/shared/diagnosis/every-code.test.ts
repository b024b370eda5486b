import { describe, expect, it } from 'vitest';
import { CATALOGUE, type Code } from '#shared/diagnosis/catalogue.ts';
import type { Finding } from '#shared/domain/finding.ts';
import { codesIn, judge } from '#test/support/diagnosing.ts';
import { expectTrueOf } from '#test/support/evidence.ts';
import { wholeNamespace } from '#test/support/namespace.ts';
import { CASES } from './codes/all.ts';
import { type CodeCases, type NearMiss, type NotApplicable, type Positive, unreadable } from './codes/case.ts';

const ALL = Object.keys(CATALOGUE) as Code[];

it('has cases of every code of the catalogue, and of no other', () => {
  expect(ALL.filter((code) => !Object.hasOwn(CASES, code))).toEqual([]);
  expect(Object.keys(CASES).filter((code) => !Object.hasOwn(CATALOGUE, code))).toEqual([]);
});

describe.each(Object.entries(CASES) as [Code, CodeCases][])('%s', (code, { positive, nearMiss, notApplicable }) => {
  for (const given of positive) it(`is found: ${given.when}`, () => expectFound(code, given));
  for (const given of nearMiss) it(`is not raised: ${given.why}`, () => expectNearMiss(code, given));
  for (const given of notApplicable) it(`cannot be said: ${given.why}`, () => expectSilence(code, given, positive[0]));
});

function expectFound(code: Code, given: Positive): void {
  const { build, target, at, as = 'root', severity, shows, because, whole = [code] } = given;
  const snapshot = build();
  const { findings, rootCauses } = judge(snapshot, target);
  const [found, ...others] = findings.filter((finding) => finding.code === code);
  expect(codesIn(findings)).toContain(code);
  expect(others.map(({ subject }) => subject)).toEqual([]);
  expect(found).toMatchObject(at);
  expectTrueOf(snapshot, found?.evidence ?? []);
  if (shows !== undefined) expectQuote(found as Finding, shows);
  if (because !== undefined) expect(found?.cause).toMatch(because);
  if (as === 'root') {
    // One fault has one root: what it leads to is explained by it.
    expect(codesIn(rootCauses)).toEqual([code]);
    expect(rootCauses[0]).toMatchObject({ ...at, severity: severity ?? CATALOGUE[code].severity });
    if (!target) expect(codesIn(judge(build(), wholeNamespace()).rootCauses)).toEqual(whole);
    return;
  }
  expect(found?.severity).toBe(severity ?? (as === 'advice' ? 'P3' : CATALOGUE[code].severity));
  if (as === 'advice') {
    expect(codesIn(rootCauses)).not.toContain(code);
    expect(found?.explainedBy).toBeUndefined();
    return;
  }
  // Several nodes may have the same fault.
  expect([...new Set(codesIn(rootCauses))]).toEqual([as.replace('symptom of ', '')]);
  expect(codesIn([causeOf(found as Finding, findings)])).toEqual([as.replace('symptom of ', '')]);
}

/** What stands at the head of its chain. */
function causeOf(finding: Finding, all: Finding[]): Finding {
  const cause = all.find(({ fingerprint }) => fingerprint === finding.explainedBy);
  return cause ? causeOf(cause, all) : finding;
}

function expectQuote({ evidence }: Finding, shows: NonNullable<Positive['shows']>): void {
  const matcher = typeof shows === 'string' ? expect.stringContaining(shows) : expect.stringMatching(shows);
  expect(evidence.map(({ value }) => value)).toContainEqual(matcher);
}

function expectNearMiss(code: Code, { build, target, roots }: NearMiss): void {
  const { findings, rootCauses } = judge(build(), target);
  expect(codesIn(findings)).not.toContain(code);
  if (roots) expect(codesIn(rootCauses).sort()).toEqual([...roots].sort());
}

function expectSilence(code: Code, given: NotApplicable, example: Positive): void {
  const { build = example.build, target = example.target, unread = [] } = given;
  const { findings, coverage } = judge(unreadable(build(), unread), target);
  expect(codesIn(findings)).not.toContain(code);
  const isAdvice = (example.as ?? 'root') === 'advice';
  for (const kind of unread) {
    const why = coverage.notChecked.find(({ check }) => check === kind)?.why;
    // Without advice nothing is hidden that fails.
    expect(why).toMatch(isAdvice ? /forbidden/ : /\(could change the verdict\)|\(a root cause could be missed\)/);
  }
}
