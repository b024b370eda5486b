import { capped } from '../capped.ts';
import { seenEvidence } from '../evidence.ts';
import { gistOf, tellsOfFailure } from '../log-story.ts';
import type { Report } from '../model.ts';
import { logsOf } from '../report-logs.ts';
import { changeRows, changesInWords, changesOf, sinceWhen } from '../run-changes.ts';
import { standing } from '../standing.ts';
import { CONFIDENCES, counted, markWords, RESULTS, utc } from '../words.ts';
import { type Block, context, fields, fitted, header, section } from './blocks.ts';
import { block, mrkdwn, span } from './mrkdwn.ts';

export interface SlackOptions {
  /** default: the outcome and the headline */
  title?: string | undefined;
  /** where the whole report is */
  location?: string | undefined;
}

function situation({ incident, marks, at, target }: Report): Block {
  const due = marks.find(({ state }) => state === 'pending' || state === 'missed');
  const deadline = due && markWords(due, at);
  return fields([
    mrkdwn`*Target*\n${target}`,
    ...(incident ? [mrkdwn`*Severity*\n${incident.severity}`, mrkdwn`*Opened*\n${utc(incident.openedAt)}`] : []),
    ...(due && deadline ? [mrkdwn`*Next deadline*\n${deadline.name} ${utc(due.at)}: ${deadline.state}`] : []),
  ]);
}

function cause({ diagnosis }: Report): Block[] {
  const root = diagnosis?.rootCauses[0];
  if (!root) return [];
  const { shown, more } = capped(seenEvidence(root.evidence), 3);
  const seen = shown.map(({ path, value }) => `• ${span(path, 120)} ${span(value, 300)}`);
  return [
    section(
      [
        mrkdwn`*Root cause* ${root.title}`,
        mrkdwn`${root.cause} (${root.code}, ${CONFIDENCES[root.confidence]})`,
        ...seen,
        ...(more ? [`and ${more} more`] : []),
      ].join('\n'),
    ),
  ];
}

function changes(report: Report): Block[] {
  const compared = changesOf(report);
  if (!compared) return [];
  const { shown, more } = capped(changeRows(compared), 6);
  return [
    section(
      [
        mrkdwn`*${sinceWhen(compared)}* ${changesInWords(compared)}`,
        ...shown.map(
          ({ change, severity, title, code, how }) =>
            mrkdwn`• *${change}* ${severity} ${title} (${[code, how].filter(Boolean).join(', ')})`,
        ),
        ...(more ? [`and ${more} more`] : []),
      ].join('\n'),
    ),
  ];
}

function logs(report: Report): Block[] {
  const [worst] = logsOf(report);
  if (!worst || !tellsOfFailure(worst) || report.outcome === 'recovered') return [];
  return [section(mrkdwn`*Logs* ${gistOf(worst)}`)];
}

function tried({ attempts, verification, outcome }: Report): Block[] {
  if (!attempts.length || !outcome) return [];
  const { shown, more } = capped(attempts, 4);
  return [
    section(
      [
        ...shown.map(({ action, result, reason }) => mrkdwn`*${action}* ${RESULTS[result].word}: ${reason}`),
        ...(more ? [`and ${more} more`] : []),
        ...(verification ? [mrkdwn`*Afterwards* ${verification.outcome}: ${verification.reason}`] : []),
      ].join('\n'),
    ),
  ];
}

function doNow({ next, diagnosis, outcome }: Report): Block[] {
  if (!diagnosis && !outcome) return [];
  const { shown, more } = capped(next.commands, 4);
  const commands = shown.map((command) => section(block(command, 800)));
  return [section(mrkdwn`*Do now* ${next.text}`), ...commands, ...(more ? [context(`and ${more} more`)] : [])];
}

/** Slack Block Kit of a report, within Slack's limits whatever the report holds. */
export function renderSlack(report: Report, { title, location }: SlackOptions = {}): Block[] {
  const { word } = standing(report);
  const blind = report.coverage.notChecked.length;
  const where = [
    ...(location ? [mrkdwn`Report: ${location}`] : []),
    ...(blind ? [`${counted(blind, 'thing')} could not be checked`] : []),
    mrkdwn`otlp-medic, ${utc(report.at)}`,
  ];
  return fitted(
    [
      header(title ?? `${report.drill ? '[DRILL] ' : ''}${word}: ${report.headline}`),
      section(mrkdwn`${report.headline}`),
      situation(report),
      ...cause(report),
      ...logs(report),
      ...changes(report),
      ...tried(report),
      ...doNow(report),
    ],
    context(where.join(' · ')),
  );
}
