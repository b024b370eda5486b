import { type Coverage, isAbout } from '#shared/domain/coverage.ts';
import type { Diagnosis, RecommendedAction, Verdict } from '#shared/domain/diagnosis.ts';
import type { Finding } from '#shared/domain/finding.ts';
import type { RunChanges } from '#shared/domain/run-changes.ts';
import type { ResourceName } from '#shared/domain/snapshot.ts';
import type { Code } from './catalogue.ts';

/** A chapter of the guide: its questions, the faults that answer each with yes, and what must be read for a no. */
export type Chapter<Question extends string> = Readonly<
  Record<Question, { codes: readonly Code[]; needs: readonly (ResourceName | 'secrets')[] }>
>;

export interface Answer<Question extends string> {
  question: Question;
  outcome: 'found' | 'nothing-found' | 'not-checked';
  /** why it could not be checked, or not wholly */
  why?: string;
  /** best explanation first; those that another one explains say so */
  findings: Finding[];
}

/** What every function of a chapter answers; each adds the facts that a person would look at. */
export interface ChapterAnswer<Question extends string> {
  schemaVersion: 1;
  target: string;
  /** ISO 8601 UTC */
  at: string;
  /** of the whole target */
  verdict: Verdict;
  /** codes of this chapter that nothing else explains, best first */
  rootCauses: string[];
  action: RecommendedAction;
  questions: Answer<Question>[];
  /** in this chapter, against the last run of a schedule, where there was one */
  changes?: RunChanges;
  notChecked: Coverage['notChecked'];
  snapshotKey: string;
}

/** The faults that a chapter asks about. */
export const codesIn = <Question extends string>(chapter: Chapter<Question>): ReadonlySet<string> =>
  new Set(Object.values<{ codes: readonly Code[] }>(chapter).flatMap(({ codes }) => codes));

/** A diagnosis of all layers, read for the questions of one chapter: the ranking stays that of the whole. */
export function answerOf<Question extends string>(
  chapter: Chapter<Question>,
  { target, at, verdict, rootCauses, findings, action, coverage, snapshot }: Diagnosis,
): ChapterAnswer<Question> {
  const codes = codesIn(chapter);
  return {
    schemaVersion: 1,
    target,
    at,
    verdict,
    rootCauses: rootCauses.map(({ code }) => code).filter((code) => codes.has(code)),
    action,
    questions: (Object.keys(chapter) as Question[]).map((one) => questioned(one, chapter[one], findings, coverage)),
    notChecked: coverage.notChecked,
    snapshotKey: snapshot.key,
  };
}

/** "Nothing found" is only said where all that it takes was read. */
function questioned<Question extends string>(
  question: Question,
  { codes, needs }: Chapter<Question>[Question],
  findings: readonly Finding[],
  { notChecked }: Coverage,
): Answer<Question> {
  const found = findings.filter(({ code }) => codes.some((one) => one === code));
  const gap = notChecked.find(({ check }) => needs.some((need) => isAbout(check, need)));
  return {
    question,
    outcome: found.length > 0 ? 'found' : gap ? 'not-checked' : 'nothing-found',
    ...(gap ? { why: `${gap.check}: ${gap.why}` } : {}),
    findings: found,
  };
}
