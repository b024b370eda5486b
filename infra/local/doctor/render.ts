import { styleText } from 'node:util';
import { code, plain } from '#shared/report/markdown-text.ts';
import { oneLine } from '#shared/report/untrusted-text.ts';
import type { Check, Outcome, Section } from './check.ts';

const MARKS: Readonly<Record<Outcome, string>> = { pass: '✔', warn: '!', fail: '✖', 'not-checked': '-' };
const COLOURS = { pass: 'green', warn: 'yellow', fail: 'red', 'not-checked': 'dim' } as const;

const all = (sections: readonly Section[]) => sections.flatMap(({ checks }) => checks);

function totals(sections: readonly Section[]): string {
  const count = (outcome: Outcome) => all(sections).filter((check) => check.outcome === outcome).length;
  return `${count('pass')} well, ${count('warn')} to be improved, ${count('fail')} missing, ${count('not-checked')} not checked`;
}

const repairOf = ({ fix, commands }: Check) => JSON.stringify([fix, commands]);

/** What to do, below its check; several functions may lack the same. */
function repairLines(check: Check, told: Set<string>): string[] {
  const { fix, commands = [] } = check;
  if (!fix) return [];
  const repair = repairOf(check);
  if (told.has(repair)) return ['      fix: as above'];
  told.add(repair);
  return [`      fix: ${oneLine(fix)}`, ...commands.map((command) => `        ${oneLine(command)}`)];
}

/** A line for each check, what to do about it below. */
export function renderText(sections: readonly Section[], { colour }: { colour: boolean }): string {
  const width = Math.max(...all(sections).map(({ name }) => name.length));
  const paint = (outcome: Outcome, text: string) =>
    colour ? styleText(COLOURS[outcome], text, { validateStream: false }) : text;
  const told = new Set<string>();
  const parts = sections.map(({ title, checks }) =>
    [
      oneLine(title),
      ...checks.flatMap((check) => {
        const { name, outcome, detail } = check;
        const line = `  ${paint(outcome, MARKS[outcome])} ${oneLine(name).padEnd(width)}  ${oneLine(detail)}`;
        return [line, ...repairLines(check, told)];
      }),
    ].join('\n'),
  );
  return [...parts, totals(sections)].join('\n\n');
}

/** The same as a document. */
export function renderMarkdown(sections: readonly Section[]): string {
  const told = new Set<string>();
  // A dash would begin a list within the list.
  const mark = (outcome: Outcome) => (outcome === 'not-checked' ? '–' : MARKS[outcome]);
  const item = (check: Check) => {
    const { name, outcome, detail, fix, commands = [] } = check;
    const line = `- ${mark(outcome)} **${plain(name)}**: ${plain(detail)}`;
    if (!fix) return line;
    const isTold = told.has(repairOf(check));
    told.add(repairOf(check));
    if (isTold) return `${line}\n  - Fix: as above`;
    return [line, `  - Fix: ${plain(fix)}`, ...commands.map((command) => `  - ${code(command)}`)].join('\n');
  };
  const parts = sections.map(({ title, checks }) => `## ${plain(title)}\n\n${checks.map(item).join('\n')}`);
  return ['# medic doctor', ...parts, `${totals(sections)}.`].join('\n\n');
}

/** One object, for programs. */
export const renderJson = (sections: readonly Section[]): string => JSON.stringify({ checks: all(sections) }, null, 2);
