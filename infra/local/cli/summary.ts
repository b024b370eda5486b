import { styleText } from 'node:util';
import type { Report } from '#shared/report/model.ts';
import { oneLine } from '#shared/report/untrusted-text.ts';
import { OUTCOMES, RESULTS, type Tone } from '#shared/report/words.ts';

const TONES = { good: 'green', warn: 'yellow', bad: 'red', unknown: 'magenta' } as const;

/** Where a person finds the report. */
export interface Places {
  html: string;
  json: string;
}

const LABEL_WIDTH = 13;
const row = (label: string, text: string) => `${label.padEnd(LABEL_WIDTH)}${text}`;

/** How the flow ended in a few lines: outcome, root cause, what was done, where the whole report is. */
export function summaryOf(report: Report, places: Places): string {
  const paint = (tone: Tone, text: string) => styleText(['bold', TONES[tone]], text, { stream: process.stdout });
  const { outcome, diagnosis, attempts, next, headline } = report;
  const [root, ...others] = diagnosis?.rootCauses ?? [];
  const { word, tone } = outcome ? OUTCOMES[outcome] : { word: 'Unfinished', tone: 'unknown' as const };
  return [
    `${paint(tone, word.toUpperCase())}  ${oneLine(headline)}`,
    root && row('Root cause', oneLine(`${root.title} (${root.code})`)),
    ...others.map((other) => row('', oneLine(`${other.title} (${other.code})`))),
    ...attempts.map(({ action, result, reason }) =>
      row('Response', oneLine(`${action}: ${RESULTS[result].word}; ${reason}`)),
    ),
    row('Next', oneLine(next.text)),
    row('Report', places.html),
    row('', places.json),
  ]
    .filter((line) => line !== undefined)
    .join('\n');
}
