import { styleText } from 'node:util';
import type { Report } from '#shared/report/model.ts';
import { standing } from '#shared/report/standing.ts';
import { clip, oneLine, visibleLines } from '#shared/report/untrusted-text.ts';
import { RESULTS, type Tone } from '#shared/report/words.ts';

const TONES = { good: 'green', warn: 'yellow', bad: 'red', unknown: 'magenta' } as const;

/** Where a person finds the report. */
export interface Places {
  html: string;
  json: string;
}

const LABEL_WIDTH = 13;
const MOST_COMMANDS = 4;
const row = (label: string, text: string) => `${label.padEnd(LABEL_WIDTH)}${text}`;

/** How the flow ended in a few lines: outcome, root cause, what was done, where the whole report is. */
export function summaryOf(report: Report, places: Places): string {
  const paint = (tone: Tone, text: string) => styleText(['bold', TONES[tone]], text, { stream: process.stdout });
  const { outcome, diagnosis, attempts, next, headline } = report;
  const [root, ...others] = diagnosis?.rootCauses ?? [];
  const { word, tone } = outcome ? standing(report) : { word: 'Unfinished', tone: 'unknown' as const };
  return [
    `${paint(tone, word.toUpperCase())}  ${oneLine(headline)}`,
    root && row('Root cause', oneLine(`${root.code}: ${root.cause}`)),
    ...others.map((other) => row('', oneLine(`${other.code}: ${other.title}`))),
    ...attempts.map(({ action, result, reason }) =>
      row('Response', oneLine(`${action}: ${RESULTS[result].word}; ${reason}`)),
    ),
    row('Next', oneLine(next.text)),
    ...next.commands
      .slice(0, MOST_COMMANDS)
      .map((command) => row('', `$ ${visibleLines(clip(command, 2000)).join('\n')}`)),
    row('Report', places.html),
    row('', places.json),
  ]
    .filter((line) => line !== undefined)
    .join('\n');
}
