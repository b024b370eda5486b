import type { Coverage } from '#shared/domain/coverage.ts';
import type { Finding } from '#shared/domain/finding.ts';
import type { ResourceName } from '#shared/domain/snapshot.ts';
import type { Code } from './catalogue.ts';

/** A chapter of the guide: its questions, the faults that answer each with yes, and what must be read for a no. */
export type Chapter<Question extends string> = Record<
  Question,
  { codes: readonly Code[]; needs: readonly (ResourceName | 'secrets')[] }
>;

export interface Answer<Question extends string> {
  question: Question;
  outcome: 'found' | 'nothing-found' | 'not-checked';
  /** why it could not be checked, or not wholly */
  why?: string;
  /** best explanation first; those that another one explains say so */
  findings: Finding[];
}

/** Sorts findings into the questions of a chapter. "Nothing found" is only said where all that it takes was read. */
export function answersOf<Question extends string>(
  chapter: Chapter<Question>,
  findings: Finding[],
  { notChecked }: Coverage,
): Answer<Question>[] {
  return (Object.keys(chapter) as Question[]).map((question) => {
    const { codes, needs } = chapter[question];
    const found = findings.filter(({ code }) => codes.some((one) => one === code));
    const gap = notChecked.find(
      ({ check }) =>
        check.startsWith('cluster (') ||
        needs.some((need) => check === need || check.startsWith(`${need} (`) || check.startsWith(`${need}:`)),
    );
    return {
      question,
      outcome: found.length > 0 ? 'found' : gap ? 'not-checked' : 'nothing-found',
      ...(gap ? { why: `${gap.check}: ${gap.why}` } : {}),
      findings: found,
    };
  });
}

/** The roots that belong to a chapter; all of it that fails and is explained by nothing. */
export const rootsIn = <Question extends string>(chapter: Chapter<Question>, roots: Finding[]): string[] => {
  const codes = new Set<string>(Object.values<{ codes: readonly Code[] }>(chapter).flatMap((one) => one.codes));
  return roots.map(({ code }) => code).filter((code) => codes.has(code));
};
