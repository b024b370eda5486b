import wrapAnsi from 'wrap-ansi';
import type { AnalyzedLog, AnalyzedLogs } from '#shared/domain/analyzed-log.ts';
import type { LogAnalysis } from '#shared/domain/log-analysis.ts';
import { capped } from './capped.ts';
import {
  alikeLogs,
  failuresInWords,
  grouped,
  type LogStory,
  logStory,
  logTitle,
  spanInWords,
  sparkline,
  tellsOfFailure,
  timeIn,
} from './log-story.ts';
import { Page, type TerminalOptions } from './page.ts';
import { oneLine, visibleLines } from './untrusted-text.ts';
import { counted, duration, type Tone, utc } from './words.ts';

const MOST_TEMPLATES = 15;
const LEAST_MESSAGE = 24;
const LEVEL_TONES: Readonly<Record<string, Tone>> = { error: 'bad', warn: 'warn' };

/** Cut to the width that it takes on the screen. */
function cutTo(untrusted: string, width: number): string {
  const text = oneLine(untrusted).slice(0, 4 * width);
  const [first = '', ...rest] = wrapAnsi(text, width, { hard: true, wordWrap: false, trim: false }).split('\n');
  return rest.length === 0 ? first : `${wrapAnsi(text, width - 1, { hard: true, wordWrap: false }).split('\n')[0]}…`;
}

function top(page: Page, log: LogAnalysis, { span, counts }: LogStory): void {
  const { levels, panics } = log;
  const tone = panics + levels.error > 0 ? 'bad' : levels.warn > 0 ? 'warn' : 'good';
  page.text('', counts, tone);
  const levelsInWords = Object.entries(levels).map(([level, count]) => `${level} ${grouped(count)}`);
  page.text('', `${counted(log.records, 'record')} ${span ? spanInWords(span) : 'without times'}`, 'dim');
  page.text('', `${levelsInWords.join('   ')}   without a level ${grouped(withoutLevel(log))}`, 'dim');
}

const withoutLevel = ({ records, levels: { error, warn, info, debug } }: LogAnalysis) =>
  records - error - warn - info - debug;

function causes(page: Page, { causes: all }: LogStory): void {
  if (all.length === 0) return;
  page.heading('Causes of warnings and errors');
  for (const { name, count, sample } of all) {
    page.text(`  ${grouped(count).padStart(7)}  `, name, undefined, 80);
    if (sample) page.text('           ', sample, 'dim', 200);
  }
}

function templates(page: Page, { templates: all, span }: LogStory): void {
  if (all.length === 0) return;
  page.heading('Templates, those of failures first');
  const time = (at: string | undefined) => timeIn(at, span?.to);
  const wide = Math.max(5, ...all.slice(0, MOST_TEMPLATES).map(({ firstSeen }) => time(firstSeen).length));
  const room = page.width - '  COUNT99  LEVEL  '.length;
  // On a narrow screen the message is worth more than its times.
  const times = Math.min(2, Math.max(0, Math.floor((room - LEAST_MESSAGE) / (wide + 2))));
  const columns = (cells: string[]) =>
    cells
      .slice(2 - times)
      .map((cell) => `${cell.padEnd(wide)}  `)
      .join('');
  page.lines.push(page.paint('dim', `    COUNT  LEVEL  ${columns(['FIRST', 'LAST'])}TEMPLATE`));
  page.list(all, MOST_TEMPLATES, ({ count, level = '', firstSeen, lastSeen, template, newSinceRollout }) => {
    const tone = LEVEL_TONES[level];
    const shown = tone ? page.paint(tone, level.padEnd(5)) : level.padEnd(5);
    const text = cutTo(`${newSinceRollout ? 'NEW ' : ''}${template}`, room - times * (wide + 2));
    page.lines.push(`  ${grouped(count).padStart(7)}  ${shown}  ${columns([time(firstSeen), time(lastSeen)])}${text}`);
  });
}

function bursts(page: Page, story: LogStory): void {
  const { bursts: all, span } = story;
  if (all.length === 0) return;
  page.heading('Bursts of warnings and errors');
  const [start, end] = [timeIn(span?.from, span?.to), timeIn(span?.to, span?.to)];
  const drawn = sparkline(story, Math.min(60, page.width - 6 - start.length - end.length));
  if (drawn) page.lines.push(`  ${start} ${page.paint('bad', drawn)} ${end}`);
  page.list(all, 5, ({ from, to, count, says }) => {
    const time = `${timeIn(from, span?.to)} to ${timeIn(to, span?.to)}`;
    page.text('  ', `${time}: ${counted(count, 'record')}${says ? `, most of them ${says}` : ''}`, undefined, 200);
  });
}

function rest(page: Page, { crashes, slow, recentErrors, leftOut }: LogStory, panics: number): void {
  if (panics > 0) page.heading(`Crashes (${grouped(panics)})`);
  page.list(crashes, 5, (said) => page.text('  ', said, 'bad', 300));
  if (slow.length > 0) page.heading('Slowest operations');
  page.list(slow, 8, ({ durationMs, line }) =>
    page.lines.push(`  ${duration(durationMs).padStart(10)}  line ${grouped(line)}`),
  );
  if (recentErrors.length > 0) page.heading('Last errors, the newest first');
  page.list(recentErrors, 5, (one) => lastError(page, one));
  if (leftOut) page.text('', `Not listed: ${leftOut}.`, 'dim');
}

const SHOWN_BELOW = 3;

/** The head, and of a stack its beginning. */
function lastError(page: Page, { text, alike }: LogStory['recentErrors'][number]): void {
  const [head = '', ...below] = visibleLines(text).filter((line) => line.trim() !== '');
  page.text('  ', head, undefined, 400);
  for (const line of below.slice(0, SHOWN_BELOW))
    page.lines.push(page.paint('dim', `    ${cutTo(line, page.width - 4)}`));
  const more = [
    below.length > SHOWN_BELOW && `${counted(below.length - SHOWN_BELOW, 'more line')}`,
    alike > 0 && `and ${alike} like it`,
  ].filter(Boolean);
  if (more.length > 0) page.text('    ', `(${more.join(', ')})`, 'dim');
}

function whole(page: Page, log: LogAnalysis): void {
  const story = logStory(log);
  top(page, log, story);
  // A crash is what to read first; then why, when, and what else.
  causes(page, story);
  bursts(page, story);
  rest(page, story, log.panics);
  templates(page, story);
}

/** The analysis of one log for a terminal: bounded, on visible characters, within the width. */
export function renderLogAnalysis(
  log: LogAnalysis,
  { title, ...options }: TerminalOptions & { title: string },
): string {
  const page = new Page(options);
  page.text('', title, 'bold');
  whole(page, log);
  return `${page.lines.join('\n')}\n`;
}

const MOST_WHOLE = 4;

/** The analyses of several logs: all of them in a line each, then those that tell of failures. */
export function renderAnalyzedLogs(answer: AnalyzedLogs, options: TerminalOptions): string {
  const { target, at, logs, notChecked, rolloutAt, analysisKey } = answer;
  const page = new Page(options);
  page.text('', `${counted(logs.length, 'log')} of ${target}, ${utc(at)}`, 'bold');
  if (logs.length === 0 && notChecked.length === 0) page.text('  ', 'no container has such a log');
  if (rolloutAt !== undefined)
    page.text('', `Last rollout ${utc(rolloutAt)}; NEW marks what was first seen since.`, 'dim');
  for (const log of logs) overview(page, log);
  const telling = capped(alikeLogs(logs.length === 1 ? logs : logs.filter(tellsOfFailure)), MOST_WHOLE);
  for (const [log, ...others] of telling.shown) {
    if (!log) continue;
    page.heading(`── ${logTitle(log)}`);
    if (others.length > 0) page.text('', `${others.map(logTitle).join('; ')}: the same`, 'dim');
    whole(page, log);
  }
  if (telling.more > 0)
    page.text('', `and ${telling.more} more that tell of failures: --pod shows one, --format json all`, 'dim');
  if (notChecked.length > 0) page.heading('Not read');
  page.list(notChecked, 15, ({ check, why }) => page.text('  ', `${check}: ${why}`, 'unknown'));
  if (analysisKey !== undefined) page.text('', `Kept as ${analysisKey}`, 'dim');
  return `${page.lines.join('\n')}\n`;
}

function overview(page: Page, log: AnalyzedLog): void {
  const tone = log.levels.error + log.panics > 0 ? 'bad' : log.levels.warn > 0 ? 'warn' : undefined;
  const only = log.cut ? `last ${grouped(log.lines)} lines` : counted(log.lines, 'line');
  page.text('  ', `${logTitle(log)}: ${failuresInWords(log)} (${only})`, tone);
}
