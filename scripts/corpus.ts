import { readFileSync, writeFileSync } from 'node:fs';
import { CORPUS } from '#test/corpus/corpus.ts';
import { amongNoise } from '#test/corpus/noise.ts';
import { type Answer, answer, scoresOf, table } from '#test/corpus/score.ts';

/* Scores the rules against cases from public post-mortems and issue threads, and writes docs/corpus.md. */

const FILE = 'docs/corpus.md';
const HELD_OUT = '## The held-out third';

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

const before = readFileSync(FILE, { encoding: 'utf8', flag: 'a+' });
const from = before.indexOf(HELD_OUT);
const section = (title: string, text: string) => `${title}\n\n${text}\n`;
const open = section('## The open part', scores + (wrong.length === 0 ? '' : `\n\nWrong:\n\n${wrong.join('\n')}`));
const openBefore = before.slice(before.indexOf('## The open part'), from < 0 ? undefined : from).trimEnd();
const sources = CORPUS.map(
  ({ name, kind, layers, source }) => `| ${name} | ${kind} | ${layers.join(', ') || 'none'} | ${source} |`,
);
const list = `## The cases\n\n| name | kind | layers | source |\n|---|---|---|---|\n${sources.join('\n')}\n`;
const third = heldOut
  ? section(HELD_OUT, `${scores}${wrong.length === 0 ? '' : `\n\nWrong:\n\n${wrong.join('\n')}`}`)
  : from < 0
    ? section(HELD_OUT, 'Not scored yet.')
    : `${before.slice(from, before.indexOf('## The cases')).trimEnd()}\n`;

writeFileSync(
  FILE,
  `# Corpus

Written by \`npm run corpus\`; do not edit. Whole namespaces with what they depend on, taken from public post-mortems, issue
threads and documentation, each with the root cause that an experienced person would name (\`test/corpus\`). Cases and
answers were written without sight of the rules and committed before the first scoring. A third was set aside then, at
random; \`npm run corpus -- --held-out\` scores it.

${heldOut ? `${openBefore}\n` : open}
${third}
${list}`,
);
