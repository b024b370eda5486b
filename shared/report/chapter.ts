import { styleText } from 'node:util';
import type { ChapterAnswer } from '#shared/diagnosis/chapter.ts';
import { capped } from './capped.ts';
import { changeRows, changesInWords } from './run-changes.ts';
import { clip, oneLine, visibleLines } from './untrusted-text.ts';
import { utc, VERDICTS } from './words.ts';

const TONES = { good: 'green', warn: 'yellow', bad: 'red', unknown: 'magenta' } as const;
const OUTCOMES = { found: '✗', 'nothing-found': '✓', 'not-checked': '-' } as const;
const MOST = 300;
const MOST_FINDINGS = 5;
const MOST_COMMANDS = 4;

const text = (untrusted: string) => clip(oneLine(untrusted), MOST);

/** The answers of a chapter for a terminal; the facts that a function adds to them are listed by the caller. */
export function renderChapter(answer: ChapterAnswer<string>, { colour }: { colour: boolean }): string {
  const { verdict, target, at, rootCauses, action, questions, changes, notChecked } = answer;
  const { word, tone } = VERDICTS[verdict];
  const head = word.toUpperCase();
  const width = Math.max(...questions.map(({ question }) => question.length));
  const asked = questions.flatMap(({ question, outcome, why, findings }) => {
    const { shown, more } = capped(findings, MOST_FINDINGS);
    const said =
      outcome === 'found' ? [] : [outcome.replaceAll('-', ' '), outcome === 'not-checked' && text(why ?? '')];
    return [
      `  ${OUTCOMES[outcome]} ${question.padEnd(width)}  ${said.filter(Boolean).join(': ')}`.trimEnd(),
      ...shown.map(({ severity, title, code }) => `      ${severity} ${text(`${title} (${code})`)}`),
      ...(more > 0 ? [`      and ${more} more`] : []),
    ];
  });
  const root = questions.flatMap(({ findings }) => findings).find(({ code }) => code === rootCauses[0]);
  const commands = capped(root?.remedy.commands ?? [], MOST_COMMANDS).shown;
  return [
    `${colour ? styleText(['bold', TONES[tone]], head, { validateStream: false }) : head}  ${text(target)}  ${utc(at)}`,
    rootCauses.length > 0 ? `Root cause: ${rootCauses.join(', ')}` : 'No root cause in this chapter',
    ...(action.class === 'none' ? [] : [`First response: ${action.class}: ${text(action.reason)}`]),
    ...(root ? [`Do now: ${text(root.remedy.text)}`] : []),
    ...commands.map((command) => `    $ ${visibleLines(clip(command, 2000)).join('\n      ')}`),
    '',
    ...asked,
    ...(changes?.since === undefined
      ? []
      : [
          '',
          `Since the last run, ${utc(changes.since)}: ${changesInWords(changes)}`,
          ...capped(changeRows(changes), 12).shown.map(
            ({ change, severity, title, code, how }) =>
              `  ${change.padEnd(10)} ${severity} ${text(`${title} (${[code, how].filter(Boolean).join(', ')})`)}`,
          ),
        ]),
    ...(notChecked.length === 0 ? [] : ['', 'Not checked']),
    ...capped(notChecked, 12).shown.map(({ check, why }) => `  ${text(check)}: ${text(why)}`),
  ].join('\n');
}
