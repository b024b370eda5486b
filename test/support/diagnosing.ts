import { expect } from 'vitest';
import { diagnose } from '#shared/diagnosis/diagnose.ts';
import { diagnosis } from '#shared/domain/diagnosis.ts';
import type { Finding } from '#shared/domain/finding.ts';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import type { Target } from '#shared/domain/target.ts';
import { sandboxTarget } from './namespace.ts';

/** Diagnoses, and holds what every diagnosis must keep: the published shape, evidence, and causes that exist. */
export function judge(snapshot: Snapshot, target: Target = sandboxTarget()) {
  const answer = diagnose(snapshot, { target });
  const whole = { ...answer, durationMs: 0, snapshot: { key: 'test', sha256: 'test' } };
  expect(diagnosis.parse(JSON.parse(JSON.stringify(whole)))).toEqual(whole);
  expect(answer.coverage.notChecked.filter(({ check }) => check.startsWith('rule '))).toEqual([]);
  const known = new Set(answer.findings.map(({ fingerprint }) => fingerprint));
  expect(known.size).toBe(answer.findings.length);
  for (const { explainedBy } of answer.findings) if (explainedBy) expect(known).toContain(explainedBy);
  for (const root of answer.rootCauses) expect(answer.findings).toContainEqual(root);
  return answer;
}

export const codesIn = (findings: Finding[]): string[] => findings.map(({ code }) => code);

/** The codes of all findings, sorted. */
export const codes = (snapshot: Snapshot, target?: Target): string[] =>
  codesIn(judge(snapshot, target).findings).sort();

/** The codes of the root causes, in their order. */
export const roots = (snapshot: Snapshot, target?: Target): string[] => codesIn(judge(snapshot, target).rootCauses);

/** The one finding of that code. */
export function findingOf(snapshot: Snapshot, code: string, target?: Target): Finding {
  const found = judge(snapshot, target).findings.filter((finding) => finding.code === code);
  expect(codesIn(found)).toEqual([code]);
  return found[0] as Finding;
}
