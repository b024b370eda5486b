import { capped } from './capped.ts';
import { causalChain, type Link, standaloneFindings } from './causal-chain.ts';
import { seenEvidence } from './evidence.ts';
import { logs } from './markdown-logs.ts';
import { type Block, items, section, table, text } from './markdown-parts.ts';
import { code, codeBlock } from './markdown-text.ts';
import type { Report } from './model.ts';
import { changeRows, changesInWords, changesOf, sinceWhen } from './run-changes.ts';
import { standing } from './standing.ts';
import { clip, oneLine } from './untrusted-text.ts';
import { CONFIDENCES, clockTime, counted, duration, holderOf, markWords, RESULTS, subjectName, utc } from './words.ts';

function top(report: Report): string {
  const { incident, target, at, drill, headline, measures } = report;
  const { word, meaning } = standing(report);
  const times = [
    measures.toDiagnosisMs !== undefined && `diagnosed after ${duration(measures.toDiagnosisMs)}`,
    measures.toActionMs !== undefined && `acted after ${duration(measures.toActionMs)}`,
    measures.toRecoveryMs !== undefined && `recovered after ${duration(measures.toRecoveryMs)}`,
  ].filter(Boolean);
  const facts = [
    drill && '**This is a drill.**',
    incident?.rehearsal && '**Plan only: nothing was sent and nothing was changed.**',
    incident ? `${incident.severity} incident \`${incident.id}\` of ${text(target, 80)}` : `Target ${text(target, 80)}`,
    incident &&
      `opened ${utc(incident.openedAt)}${incident.trigger.reason ? ` (${text(incident.trigger.reason, 200)})` : ''}`,
    times.length > 0 && times.join(', '),
    `as of ${utc(at)}`,
  ];
  return `# ${word}: ${text(headline, 300)}\n\n${word} means: ${meaning}.\n\n${facts
    .filter(Boolean)
    .map((fact) => `- ${fact}`)
    .join('\n')}`;
}

function rootCause({ diagnosis }: Report): Block {
  const root = diagnosis?.rootCauses[0];
  if (!root) return undefined;
  const others = diagnosis.rootCauses.slice(1);
  return section(
    'Root cause',
    text(root.cause),
    `${code(root.code)}, layer ${root.layer}, ${root.severity}, on ${text(subjectName(root.subject), 300)}. Confidence: ${CONFIDENCES[root.confidence]}.`,
    table(['Field', 'Value', 'Source'], seenEvidence(root.evidence), 8, ({ path, value, where }) => [
      code(clip(path, 300)),
      code(clip(oneLine(value), 500)),
      text(where, 400),
    ]),
    others.length
      ? `Other root causes:\n\n${items(others, 5, (one) => `${text(one.title)} (${code(one.code)})`)}`
      : undefined,
  );
}

const doNow = ({ next }: Report): Block => {
  const { shown, more } = capped(next.commands, 10);
  const commands = shown.map((command) => codeBlock(clip(command, 2000), 'sh'));
  return section('Do now', text(next.text, 1200), ...commands, more ? `and ${more} more` : undefined);
};

function changes(report: Report): Block {
  const compared = changesOf(report);
  if (!compared) return undefined;
  const rows = changeRows(compared);
  return section(
    sinceWhen(compared),
    `${changesInWords(compared)}.`,
    rows.length
      ? items(
          rows,
          30,
          ({ change, severity, title, code: of, how }) =>
            `**${change}** ${severity} ${text(title)} (${code(of)}${how && `, ${how}`})`,
        )
      : undefined,
  );
}

function chain({ diagnosis }: Report): Block {
  if (!diagnosis) return undefined;
  const { roots, omitted } = causalChain(diagnosis);
  if (!roots.some(({ effects }) => effects.length)) return undefined;
  const lines = (link: Link, depth: number): string[] => [
    `${'  '.repeat(depth)}- ${text(link.finding.title, 200)}${link.alike ? ` (and ${link.alike} more like it)` : ''}`,
    ...link.effects.flatMap((effect) => lines(effect, depth + 1)),
  ];
  const all = roots.flatMap((root) => lines(root, 0));
  return section('From cause to symptom', [...all, ...(omitted ? [`- and ${omitted} more`] : [])].join('\n'));
}

function tried({ attempts, verification, after, change }: Report): Block {
  return section(
    'What was tried, and why',
    attempts.length
      ? table(['Action', 'Result', 'Why', 'At'], attempts, 20, ({ action, result, reason, at }) => [
          action,
          RESULTS[result].word,
          text(reason),
          at ? utc(at) : '',
        ])
      : undefined,
    verification && `Checked afterwards: **${verification.outcome}**. ${text(verification.reason)}`,
    verification?.checks.length
      ? table(['Check', 'Outcome', 'Detail'], verification.checks, 30, ({ name, outcome, detail }) => [
          text(name, 100),
          outcome,
          text(detail),
        ])
      : undefined,
    after &&
      change &&
      `Diagnosis afterwards: **${after.verdict}**; ${counted(change.gone.length, 'finding')} gone, ${change.remaining.length} remaining, ${change.appeared.length} new.`,
    after?.rootCauses.length
      ? items(after.rootCauses, 5, (root) => `still: ${text(root.title)} (${code(root.code)})`)
      : undefined,
  );
}

function timeline({ incident, marks, timeline: entries, at: now }: Report): Block {
  if (!incident) return undefined;
  return section(
    'Timeline',
    table(['Time (UTC)', 'Since', 'What', 'Who'], entries, 100, ({ at, text: said, source, actor }) => [
      clockTime(at),
      duration(Date.parse(at) - Date.parse(incident.openedAt)),
      text(said),
      `${text(source, 80)}, ${text(actor, 80)}`,
    ]),
    table(['Service level', 'Time', 'State'], marks, 10, (mark) => {
      const { name, state } = markWords(mark, now);
      return [name, utc(mark.at), state];
    }),
  );
}

function others({ diagnosis, coverage: { checked, notChecked } }: Report): Block {
  const apart = diagnosis ? standaloneFindings(diagnosis) : [];
  const ignored = diagnosis?.ignored ?? [];
  const seen = capped(checked, 80);
  return [
    section(
      'Other findings',
      apart.length
        ? items(
            apart,
            30,
            (one) => `${one.severity} ${text(one.title)} (${code(one.code)}, ${text(holderOf(one), 300)})`,
          )
        : undefined,
      ignored.length
        ? items(
            ignored,
            20,
            ({ finding, until, reason }) => `ignored until ${until}: ${text(finding.title)} (${text(reason)})`,
          )
        : undefined,
    ),
    section(
      'Coverage',
      notChecked.length
        ? items(notChecked, 40, ({ check, why }) => `not checked: ${text(check, 200)}: ${text(why)}`)
        : undefined,
      `Checked (${checked.length}): ${seen.shown.map((name) => text(name, 120)).join(', ') || 'nothing'}${seen.more ? ` and ${seen.more} more` : ''}.`,
    ),
  ]
    .filter(Boolean)
    .join('\n\n');
}

/** GitHub-flavoured Markdown, for tickets and reviews. Bounded in size. */
export const renderMarkdown = (report: Report): string =>
  `${[top, rootCause, doNow, changes, chain, logs, tried, timeline, others]
    .map((part) => part(report))
    .filter(Boolean)
    .join('\n\n')}\n`;
