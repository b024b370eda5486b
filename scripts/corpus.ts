import { appendFileSync, writeFileSync } from 'node:fs';
import { CORPUS } from '#test/corpus/corpus.ts';
import { amongNoise } from '#test/corpus/noise.ts';
import { type Answer, answer, scoresOf, table } from '#test/corpus/score.ts';

/* Scores the rules against cases from public post-mortems and issue threads, and writes it into the docs. */

const OPEN_PART = 'docs/corpus.md';
const HELD_OUT_RECORD = 'docs/corpus-held-out.md';

const heldOut = process.argv.includes('--held-out');
const cases = CORPUS.filter((each) => each.heldOut === heldOut);
const answers = cases.map(answer);
const amid = cases.map(amongNoise).map(answer);

const line = ({ of, got }: Answer): string => {
  const wanted = of.roots.map((right) => right.join(' or ')).join(' and ') || 'nothing';
  const seen = got.map(({ code, about }) => `${code} (${about})`).join(', ') || 'nothing';
  return `- ${of.name}: wanted ${wanted}; got ${seen}`;
};
const wrongOf = (all: Answer[]) => all.filter(({ first, three }) => !first || !three);
const wrong = [...new Set([...wrongOf(answers), ...wrongOf(amid)].map(line))];
const scores = `${table(scoresOf(answers))}

The same among noise (other services, old restarts, events of a rollout that was taken back, finished Jobs):

${table(scoresOf(amid))}`;
console.log(scores);
console.log(wrong.length === 0 ? '\nNone is wrong.' : `\nWrong:\n${wrong.join('\n')}`);

/** A scoring of cases that were set aside is a record: it is added, and never written again. */
if (heldOut) {
  const day = new Date().toISOString().slice(0, 10);
  const what = wrong.length === 0 ? 'None is wrong.' : `Wrong:\n\n${wrong.join('\n')}`;
  appendFileSync(HELD_OUT_RECORD, `\n## ${day}: ${cases.length} cases\n\n${scores}\n\n${what}\n`);
} else {
  const sources = CORPUS.map(
    ({ name, kind, layers, source, heldOut }) =>
      `| ${name} | ${kind} | ${layers.join(', ') || 'none'} | ${heldOut ? 'yes' : ''} | ${source} |`,
  );
  writeFileSync(
    OPEN_PART,
    `# Corpus

Written by \`npm run corpus\`; do not edit. Whole namespaces with what they depend on, taken from public post-mortems, issue
threads and documentation, each with the root cause that an experienced person would name (\`test/corpus\`). Cases and
answers were written without sight of the rules and committed before the first scoring. Of each batch a part is set aside,
at random; \`npm run corpus -- --held-out\` scores it once, when the rules are done, into [corpus-held-out.md](corpus-held-out.md).
After that its cases belong to the open part, and the next claim takes new ones.

## The open part

${scores}
${wrong.length === 0 ? '' : `\nWrong:\n\n${wrong.join('\n')}\n`}
## The cases

| name | kind | layers | set aside | source |
|---|---|---|---|---|
${sources.join('\n')}
`,
  );
}
