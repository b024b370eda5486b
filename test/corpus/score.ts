import { diagnose } from '#shared/diagnosis/diagnose.ts';
import { CASE_KINDS, type CorpusCase } from './case.ts';
import { snapshotOf, wholeNamespace } from './snapshot.ts';

export interface Answer {
  of: CorpusCase;
  /** codes of the root causes with what they are about, in their order */
  got: { code: string; about: string }[];
  /** the first one is right; for a healthy case: there is none */
  first: boolean;
  /** every independent fault is among the first three */
  three: boolean;
  /** nothing is raised beside: no second root for one fault */
  exact: boolean;
}

/** What the rules answer for a case, beside what is right. */
export function answer(of: CorpusCase): Answer {
  const world = of.build();
  const { rootCauses } = diagnose(snapshotOf(world), { target: wholeNamespace(world.namespace) });
  const got = rootCauses.map(({ code, subject }) => ({ code, about: `${subject.kind}/${subject.name}` }));
  const codes = got.map(({ code }) => code);
  if (of.roots.length === 0)
    return { of, got, first: codes.length === 0, three: codes.length === 0, exact: codes.length === 0 };
  const [first = ''] = codes;
  return {
    of,
    got,
    first: of.roots.some((right) => right.includes(first)),
    three: of.roots.every((right) => codes.slice(0, 3).some((code) => right.includes(code))),
    exact: codes.length <= of.roots.length,
  };
}

export interface Score {
  kind: string;
  count: number;
  first: number;
  three: number;
  exact: number;
  healthy: number;
  silent: number;
}

const counted = (kind: string, answers: Answer[]): Score => {
  const ill = answers.filter(({ of }) => of.roots.length > 0);
  const well = answers.filter(({ of }) => of.roots.length === 0);
  return {
    kind,
    count: answers.length,
    first: ill.filter(({ first }) => first).length,
    three: ill.filter(({ three }) => three).length,
    exact: ill.filter(({ exact }) => exact).length,
    healthy: well.length,
    silent: well.filter(({ first }) => first).length,
  };
};

/** A row for each kind, the sum last. */
export const scoresOf = (answers: Answer[]): Score[] => [
  ...CASE_KINDS.map((kind) =>
    counted(
      kind,
      answers.filter(({ of }) => of.kind === kind),
    ),
  ),
  counted('all', answers),
];

const part = (count: number, of: number) => (of === 0 ? '' : `${count} of ${of}`);

export function table(scores: Score[]): string {
  const rows = scores.map(({ kind, count, first, three, exact, healthy, silent }) => {
    const ill = count - healthy;
    return `| ${kind} | ${count} | ${part(first, ill)} | ${part(three, ill)} | ${part(exact, ill)} | ${part(silent, healthy)} |`;
  });
  return [
    '| kind | cases | first is right | all in the first three | nothing beside | healthy and silent |',
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}
