import wrapAnsi from 'wrap-ansi';
import type { Finding } from '#shared/domain/finding.ts';
import { isFailure } from '#shared/logs/summary.ts';
import { causalChain, type Link, standaloneFindings } from './causal-chain.ts';
import { seenEvidence } from './evidence.ts';
import { alikeLogs, gistOf, grouped, tellsOfFailure } from './log-story.ts';
import type { Report } from './model.ts';
import { Page, type TerminalOptions } from './page.ts';
import { logsOf } from './report-logs.ts';
import { changeRows, changesInWords, changesOf, sinceWhen } from './run-changes.ts';
import { standing } from './standing.ts';
import { clip, oneLine } from './untrusted-text.ts';
import {
  CONFIDENCES,
  clockTime,
  counted,
  duration,
  holderOf,
  markWords,
  RESULTS,
  subjectName,
  utc,
  VERDICTS,
} from './words.ts';

function top(page: Page, report: Report): void {
  const { word, tone } = standing(report);
  const { incident } = report;
  const about = [
    report.drill && 'DRILL',
    incident?.rehearsal && 'PLAN ONLY',
    incident && `${incident.severity} incident ${incident.id}`,
    clip(oneLine(report.target), 60),
    utc(report.at),
  ];
  const first = `${page.paint(tone, page.paint('bold', word.toUpperCase()))}  ${about.filter(Boolean).join('  ')}`;
  page.lines.push(...wrapAnsi(first, page.width, { hard: true }).split('\n'));
  page.text('', report.headline, 'bold');
}

function cause(page: Page, report: Report, root: Finding): void {
  page.heading('Root cause');
  page.text('  ', root.cause);
  page.text('  ', `${root.code} (${root.layer}, ${root.severity}) on ${subjectName(root.subject)}`, 'dim');
  page.heading(`Why we think so (${CONFIDENCES[root.confidence]})`);
  let from = '';
  page.list(seenEvidence(root.evidence), 6, ({ path, value, where }) => {
    if (where !== from) page.text('  ', where, 'dim');
    from = where;
    page.text('    ', `${path}: ${value}`);
  });
  const others = report.diagnosis?.rootCauses.filter((one) => one !== root) ?? [];
  if (others.length) page.heading('Other root causes');
  page.list(others, 5, (other) => page.text(`  ${other.severity} `, `${other.title} (${other.code})`));
}

function doNow(page: Page, { next, diagnosis, incident }: Report): void {
  page.heading('Do now');
  page.text('  ', next.text);
  page.list(next.commands, 8, (command) => page.command(command));
  if (!incident && diagnosis && diagnosis.action.class !== 'none' && diagnosis.action.class !== 'restart')
    page.text('  ', `First response: ${diagnosis.action.class}: ${diagnosis.action.reason}`, 'dim');
}

function tried(page: Page, { attempts, verification, after, change }: Report): void {
  if (attempts.length) page.heading('What was tried');
  page.list(attempts, 10, ({ action, result, reason }) => {
    const { word, tone } = RESULTS[result];
    page.text(`  ${action}: `, word, tone);
    page.text('    ', reason);
  });
  if (after && change) {
    const { gone, remaining, appeared } = change;
    page.heading(`Diagnosis afterwards: ${VERDICTS[after.verdict].word.toLowerCase()}`);
    page.text('  ', `${counted(gone.length, 'finding')} gone, ${remaining.length} remaining, ${appeared.length} new`);
    page.list(after.rootCauses, 5, (root) => page.text('  still: ', `${root.title} (${root.code})`, 'bad'));
  }
  if (!verification) return;
  page.heading('Checked afterwards');
  page.list(verification.checks, 15, ({ name, outcome, detail }) => {
    page.text(
      '  ',
      `${outcome}  ${name}: ${detail}`,
      outcome === 'pass' ? undefined : outcome === 'fail' ? 'bad' : 'dim',
    );
  });
}

function changes(page: Page, report: Report): void {
  const compared = changesOf(report);
  if (!compared) return;
  page.heading(`${sinceWhen(compared)}: ${changesInWords(compared)}`);
  page.list(changeRows(compared), 12, ({ change, tone, severity, title, code, how }) => {
    const more = [code, how].filter(Boolean).join(', ');
    page.text(`  ${change.padEnd(10)} ${severity} `, `${title} (${more})`, tone);
  });
}

function chain(page: Page, report: Report): void {
  if (!report.diagnosis?.findings.length) return;
  const { roots, omitted } = causalChain(report.diagnosis);
  const draw = (link: Link, before: string, last: boolean, root: boolean) => {
    const more = link.alike ? ` (and ${link.alike} more like it)` : '';
    page.text(
      root ? before : `${before}${last ? '└─ ' : '├─ '}`,
      `${link.finding.title}${more}`,
      root ? 'bad' : undefined,
      160,
    );
    const indent = root ? before : `${before}${last ? '   ' : '│  '}`;
    for (const [n, effect] of link.effects.entries()) draw(effect, indent, n === link.effects.length - 1, false);
  };
  if (roots.some(({ effects }) => effects.length)) page.heading('From cause to symptom');
  else return;
  for (const root of roots) draw(root, '  ', true, true);
  if (omitted) page.lines.push(`  and ${omitted} more`);
}

function logs(page: Page, report: Report): void {
  const telling = alikeLogs(logsOf(report).filter(tellsOfFailure));
  if (telling.length === 0) return;
  page.heading('What the logs tell (medic analyze-logs says more)');
  page.list(telling, 4, ([log, ...alike]) => {
    if (!log) return;
    page.text('  ', `${gistOf(log)}${alike.length > 0 ? ` (and ${alike.length} like it)` : ''}`, undefined, 400);
    for (const template of log.templates.filter(isFailure).slice(0, 3))
      page.text(`    ${grouped(template.count)} `, template.template, 'dim', 160);
  });
}

function others(page: Page, report: Report): void {
  const { diagnosis, coverage } = report;
  const apart = diagnosis ? standaloneFindings(diagnosis) : [];
  if (apart.length) page.heading('Other findings');
  page.list(apart, 15, (one) => page.text(`  ${one.severity} `, `${one.title} (${one.code}, ${holderOf(one)})`));
  if (diagnosis?.ignored.length) page.heading('Ignored by configuration');
  page.list(diagnosis?.ignored ?? [], 10, (one) =>
    page.text('  ', `${one.finding.title}: until ${one.until}, ${one.reason}`, 'dim'),
  );
  if (coverage.notChecked.length) page.heading(`Not checked (${counted(coverage.checked.length, 'check')} done)`);
  page.list(coverage.notChecked, 15, ({ check, why }) => page.text('  ', `${check}: ${why}`, 'unknown'));
}

function times(page: Page, { incident, marks, timeline, at: now }: Report): void {
  if (!incident) return;
  page.heading('Service level');
  for (const mark of marks) {
    const { name, state, tone } = markWords(mark, now);
    page.text('  ', `${utc(mark.at)}  ${name}${state && `: ${state}`}`, tone === 'bad' ? tone : undefined);
  }
  page.heading('Timeline');
  page.list(timeline, 60, ({ at, text, source }) => {
    const since = duration(Date.parse(at) - Date.parse(incident.openedAt));
    page.text(`  ${clockTime(at)}  `, `${text} (${source}, +${since})`);
  });
}

/** For a terminal: the first screen says what is wrong, why we think so, and what to do now. */
export function renderTerminal(report: Report, options: TerminalOptions): string {
  const page = new Page(options);
  const root = report.diagnosis?.rootCauses[0];
  top(page, report);
  if (root) cause(page, report, root);
  doNow(page, report);
  tried(page, report);
  changes(page, report);
  chain(page, report);
  logs(page, report);
  others(page, report);
  times(page, report);
  return `${page.lines.join('\n')}\n`;
}
