import * as z from 'zod';
import { outcome } from '#shared/domain/incident.ts';
import { SERVICE_LEVELS, type Severity } from '#shared/domain/severity.ts';
import type { Report } from './model.ts';
import type { Block } from './slack/blocks.ts';
import { withoutMentions } from './slack/mrkdwn.ts';
import { renderSlack } from './slack/render-slack.ts';
import { clip, oneLine, visibleLines } from './untrusted-text.ts';
import { markWords, RESULTS, utc } from './words.ts';

export const noticeKind = z
  .enum(['opened', ...outcome.options, 'planned'])
  .describe('opened: at once; an outcome: how the flow ended; planned: what a flow in plan mode would have done');
type NoticeKind = z.infer<typeof noticeKind>;

/** What the guide's levels mean for whom it concerns. */
const DOWN: Readonly<Record<Severity, string>> = {
  P0: 'is down',
  P1: 'has lost a core function',
  P2: 'works only in part',
  P3: 'is slow',
};

/** Before anybody has looked, only the one who asks has said anything: an alarm its name and reason, a person nothing. */
function standsSo({ diagnosis, incident, target }: Report, severity: Severity): string {
  if (diagnosis?.verdict === 'failed') return `${target} ${DOWN[severity]}`;
  if (diagnosis?.verdict === 'degraded') return `${target} is degraded`;
  const { source = 'console', reason } = incident?.trigger ?? {};
  if (['cli', 'console', 'drill'].includes(source)) return `${target} is being looked at`;
  return `${target}: ${reason ?? `reported by ${source}`}`;
}

/** The guide's three messages, and the ones that it has no words for. */
function titleOf(kind: NoticeKind, report: Report, severity: Severity): string {
  const { attempts, target } = report;
  const acted = attempts.findLast(({ result }) => result === 'done' || result === 'failed');
  switch (kind) {
    case 'opened':
      return `🚨 ${severity} INCIDENT: ${standsSo(report, severity)}`;
    case 'recovered':
      return `✅ RECOVERY: ${target} recovered`;
    case 'escalated':
      return `⚠️ ESCALATION: ${acted ? `Automatic recovery of ${target} failed` : `${target} needs a person`}`;
    case 'refused':
      return `⛔ REFUSED: no automatic action for ${target}`;
    case 'nothing-to-do':
      return `ℹ️ NOTHING TO DO: ${target} is healthy`;
    case 'could-not-work':
      return `❓ COULD NOT WORK: the first response for ${target} did not finish`;
    case 'planned':
      return `📝 PLAN: what would be done for ${target}`;
  }
}

function lines(kind: NoticeKind, report: Report, location: string | undefined): string[] {
  const { incident, diagnosis, attempts, marks, next, at, target, headline } = report;
  const root = diagnosis?.rootCauses[0];
  const due = marks.find(({ state }) => state === 'pending' || state === 'missed');
  const deadline = due && markWords(due, at);
  const line = (label: string, text: string | undefined) => (text ? [`${label}: ${clip(oneLine(text), 700)}`] : []);
  return [
    ...(kind === 'opened' ? [] : [clip(oneLine(headline), 700)]),
    ...line('Severity', incident && `${incident.severity} (${SERVICE_LEVELS[incident.severity].meaning})`),
    ...line('Target', target),
    ...line('Opened', incident && `${utc(incident.openedAt)} by ${incident.trigger.source}`),
    ...line('Trigger', incident?.trigger.reason),
    ...line('Root cause', root && `${root.title} (${root.code})`),
    ...(kind === 'opened'
      ? []
      : attempts
          .slice(0, 4)
          .flatMap((one) => line(`Action ${one.action}`, `${RESULTS[one.result].word}: ${one.reason}`))),
    ...(kind === 'opened' ? [] : line('Do now', next.text)),
    ...(kind === 'opened'
      ? []
      : next.commands.slice(0, 4).map((command) => `  $ ${visibleLines(clip(command, 800)).join('\n    ')}`)),
    ...line('Next deadline', due && deadline && `${deadline.name} ${utc(due.at)}: ${deadline.state}`),
    ...line('Report', location),
  ];
}

/** What a notifier sends: its Message, which pure code does not know. */
export interface Notice {
  /** the same for a repeated try of the same notice */
  id: string;
  severity: Severity;
  title: string;
  text: string;
  blocks: Block[];
}

export interface NoticeFacts {
  kind: NoticeKind;
  /** of an incident; what is known of it now */
  report: Report;
  /** where the whole report is, once there is one */
  location?: string | undefined;
}

/** The message of a notice: guide's wording, plain text and Slack blocks. Untrusted text in it is harmless. */
export function buildNotice({ kind, report, location }: NoticeFacts): Notice {
  const severity = report.incident?.severity ?? 'P3';
  const id = report.incident?.id ?? 'none';
  const marks = `${report.drill ? '[DRILL] ' : ''}${report.incident?.rehearsal ? '[PLAN] ' : ''}`;
  const tail = report.incident ? ` - Incident ID: ${id}` : '';
  // The target's name gives way, not the incident's id.
  const head = clip(oneLine(titleOf(kind, report, severity)), 140 - marks.length - tail.length);
  const title = withoutMentions(`${marks}${head}${tail}`);
  const text = withoutMentions([title, ...lines(kind, report, location)].join('\n'));
  return { id: `${id}/${kind}`, severity, title, text, blocks: renderSlack(report, { title, location }) };
}
