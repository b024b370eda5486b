import type { AnalyzedLog } from '#shared/domain/analyzed-log.ts';
import { capped } from './capped.ts';
import {
  alikeLogs,
  failuresInWords,
  grouped,
  logStory,
  logTitle,
  spanInWords,
  tellsOfFailure,
  timeIn,
} from './log-story.ts';
import { type Block, items, section, table, text } from './markdown-parts.ts';
import { code } from './markdown-text.ts';
import type { Report } from './model.ts';
import { logsOf } from './report-logs.ts';
import { clip, oneLine } from './untrusted-text.ts';
import { counted } from './words.ts';

const span = (untrusted: string, most = 300) => code(clip(oneLine(untrusted), most));

/** What the logs of failures tell; those that fail alike once. */
export function logs(report: Report): Block {
  const telling = capped(alikeLogs(logsOf(report).filter(tellsOfFailure)), 4);
  if (telling.shown.length === 0) return undefined;
  return section(
    'What the logs tell',
    ...telling.shown.flatMap(oneOf),
    telling.more > 0 ? `and ${telling.more} more that tell of failures` : undefined,
  );
}

function oneOf([log, ...alike]: AnalyzedLog[]): Block[] {
  if (!log) return [];
  const { span: time, causes, crashes, templates, recentErrors } = logStory(log);
  const when = time ? `, ${spanInWords(time)}` : '';
  return [
    `### ${text(logTitle(log), 300)}`,
    `**${failuresInWords(log)}** in ${log.cut ? 'the last ' : ''}${counted(log.lines, 'line')}${when}.${
      alike.length > 0 ? ` The same: ${text(alike.map(logTitle).join('; '))}.` : ''
    }`,
    causes.length > 0
      ? table(['Records', 'Cause', 'For example'], causes, 8, ({ name, count, sample }) => [
          grouped(count),
          text(name, 80),
          span(sample),
        ])
      : undefined,
    crashes.length > 0 ? items(crashes, 5, (said) => `crashed: ${span(said)}`) : undefined,
    table(
      ['Records', 'Level', 'First', 'Last', 'Message'],
      templates,
      8,
      ({ count, level = '', firstSeen, lastSeen, template, newSinceRollout }) => [
        grouped(count),
        level,
        timeIn(firstSeen, time?.to),
        timeIn(lastSeen, time?.to),
        `${newSinceRollout ? 'new since the rollout: ' : ''}${span(template)}`,
      ],
    ),
    recentErrors.length > 0 ? items(recentErrors, 2, ({ text: said }) => `last error: ${span(said, 500)}`) : undefined,
  ];
}
