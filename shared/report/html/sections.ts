import type { Finding } from '#shared/domain/finding.ts';
import { capped } from '../capped.ts';
import { causalChain, standaloneFindings } from '../causal-chain.ts';
import { seenEvidence } from '../evidence.ts';
import type { Report } from '../model.ts';
import { changeRows, changesInWords, changesOf, sinceWhen } from '../run-changes.ts';
import { clip, oneLine } from '../untrusted-text.ts';
import {
  CONFIDENCES,
  capital,
  clockTime,
  counted,
  duration,
  holderOf,
  markWords,
  RESULTS,
  subjectName,
  utc,
  VERDICTS,
} from '../words.ts';
import { chainPicture } from './chain-picture.ts';
import { html, type Markup } from './markup.ts';
import { timelinePicture } from './timeline-picture.ts';

type Section = Markup | undefined | false;

const text = (untrusted: string) => clip(untrusted, 900);

/** The first `max` of a list, and how many more there are. */
function list<T>(
  items: readonly T[],
  max: number,
  show: (item: T, index: number) => Markup,
): { items: Markup[]; more: Section } {
  const { shown, more } = capped(items, max);
  return { items: shown.map(show), more: more > 0 && html`<p class="muted">and ${more} more</p>` };
}

export function rootCause({ diagnosis }: Report): Section {
  const root = diagnosis?.rootCauses[0];
  if (!root) return undefined;
  const others = list(
    diagnosis.rootCauses.slice(1),
    5,
    (one) => html`<li>${text(one.title)} <small>${one.code}, ${holderOf(one)}</small></li>`,
  );
  return html`<section class="root"><h2>Root cause</h2>
<p class="lead">${text(capital(root.cause))}</p>
<p class="muted"><code>${root.code}</code> · layer ${root.layer} · ${root.severity} · ${clip(subjectName(root.subject), 300)}${root.owner && `, of ${clip(subjectName(root.owner), 300)}`}</p>
<h3>Why we think so</h3>
${evidenceTable(root)}
${others.items.length > 0 && html`<h3>Other root causes</h3><ul>${others.items}</ul>${others.more}`}</section>`;
}

/** A field path breaks before a dot, not inside a word. */
const breakable = (path: string): Markup[] =>
  clip(oneLine(path), 300)
    .split(/(?=\.)/)
    .map((part, n) => html`${n > 0 && html`<wbr>`}${part}`);

function evidenceTable(root: Finding): Markup {
  const rows = list(
    seenEvidence(root.evidence),
    8,
    ({ path, value, where }) =>
      html`<tr><td><span class="mono">${breakable(path)}</span><br><small>${clip(where, 400)}</small></td><td class="value mono">${clip(value, 700)}</td></tr>`,
  );
  return html`<table class="evidence stack"><caption>${CONFIDENCES[root.confidence]}</caption><thead><tr><th scope="col">Field</th><th scope="col">Value</th></tr></thead><tbody>${rows.items}</tbody></table>${rows.more}`;
}

export function doNow({ next, diagnosis, outcome }: Report): Markup {
  const commands = list(next.commands, 10, (command) => html`<pre>${clip(command, 2000)}</pre>`);
  const advice = diagnosis && diagnosis.action.class !== 'none' && outcome !== 'recovered' && diagnosis.action;
  return html`<section class="now"><h2>Do now</h2>
<p class="lead">${text(next.text)}</p>
${commands.items}${commands.more}
${commands.items.length > 0 && html`<p class="muted">A click on a command selects all of it. The medic never runs these.</p>`}
${advice && html`<p class="muted">First response that fits: <b>${advice.class}</b>: ${text(advice.reason)}</p>`}</section>`;
}

export function changes(report: Report): Section {
  const compared = changesOf(report);
  if (!compared) return undefined;
  const rows = list(
    changeRows(compared),
    30,
    ({ change, tone, severity, title, code, how }) =>
      html`<tr><td><span class="tag ${tone}">${change}</span></td><td>${severity}</td><td>${clip(oneLine(title), 300)}<br><small><code>${clip(code, 80)}</code>${how && ` · ${how}`}</small></td></tr>`,
  );
  return html`<section><h2>${sinceWhen(compared)}</h2><p>${changesInWords(compared)}.</p>
${rows.items.length > 0 && html`<table class="stack"><thead><tr><th scope="col">Change</th><th scope="col">Severity</th><th scope="col">Finding</th></tr></thead><tbody>${rows.items}</tbody></table>${rows.more}`}</section>`;
}

export function chain({ diagnosis }: Report): Section {
  if (!diagnosis) return undefined;
  const links = causalChain(diagnosis);
  const drawn = chainPicture(links);
  return (
    drawn &&
    html`<section><h2>From cause to symptom</h2><figure>${drawn}</figure>${links.omitted > 0 && html`<p class="muted">and ${counted(links.omitted, 'more finding')}</p>`}</section>`
  );
}

export function tried(report: Report): Section {
  const { attempts, verification, after } = report;
  if (!attempts.length && !verification && !after) return undefined;
  const rows = list(attempts, 20, ({ action, result, reason, at, workload, consequences, generation }) => {
    const { word, tone } = RESULTS[result];
    const where = [
      at && utc(at),
      workload && subjectName(workload),
      generation !== undefined && `generation ${generation}`,
    ];
    return html`<tr><th scope="row">${action}</th><td><span class="tag ${tone}">${word}</span></td><td>${text(reason)}<small>${where.some(Boolean) && html`<br>${clip(where.filter(Boolean).join(', '), 300)}`}${consequences.length > 0 && html`<br>${text(consequences.join('; '))}`}</small></td></tr>`;
  });
  return html`<section><h2>What was tried, and why</h2>
${rows.items.length > 0 && html`<table class="stack"><thead><tr><th scope="col">Action</th><th scope="col">Result</th><th scope="col">Why</th></tr></thead><tbody>${rows.items}</tbody></table>${rows.more}`}
${checks(report)}${afterwards(report)}</section>`;
}

const MARKS = { pass: ['pass', 'good'], fail: ['fail', 'bad'], 'not-checked': ['not checked', 'unknown'] } as const;

function checks({ verification }: Report): Section {
  if (!verification) return undefined;
  const rows = list(verification.checks, 30, ({ name, outcome, detail }) => {
    const [word, tone] = MARKS[outcome];
    return html`<tr><th scope="row">${clip(name, 100)}</th><td><span class="tag ${tone}">${word}</span></td><td>${text(detail)}</td></tr>`;
  });
  return html`<h3>Checked afterwards: ${verification.outcome}</h3><p>${text(verification.reason)}</p>
<table class="stack"><thead><tr><th scope="col">Check</th><th scope="col">Outcome</th><th scope="col">Detail</th></tr></thead><tbody>${rows.items}</tbody></table>${rows.more}`;
}

function afterwards({ after, change }: Report): Section {
  if (!after || !change) return undefined;
  const roots = list(after.rootCauses, 5, ({ title, code }) => html`<li>${text(title)} <small>${code}</small></li>`);
  const { word, tone } = VERDICTS[after.verdict];
  return html`<h3>Diagnosis afterwards: <span class="${tone}">${word}</span></h3><p>${counted(change.gone.length, 'finding')} gone, ${change.remaining.length} remaining, ${change.appeared.length} new.</p>
${roots.items.length > 0 && html`<p>Root cause now:</p><ul>${roots.items}</ul>${roots.more}`}`;
}

export function timeline(report: Report): Section {
  const { incident, marks, timeline: entries, at: now } = report;
  if (!incident) return undefined;
  const events = list(entries, 100, ({ at, kind, text: said, source, actor }, n) => {
    const since = duration(Date.parse(at) - Date.parse(incident.openedAt));
    return html`<li><span class="n">${n + 1}</span><span><time datetime="${at}">${clockTime(at)}</time> <span class="muted">+${since}</span></span><span>${text(said)}<small>${kind} · ${clip(source, 80)} · ${clip(actor, 80)}</small></span></li>`;
  });
  const deadlines = marks.map((mark) => {
    const { name, state, tone } = markWords(mark, now);
    return html`<tr><th scope="row">${name}</th><td>${utc(mark.at)}</td><td class="${state && tone}">${state}</td></tr>`;
  });
  return html`<section><h2>Timeline</h2><figure>${timelinePicture({ ...report, timeline: entries.slice(0, 100) })}<figcaption class="muted">Numbers are those of the list. The axis is logarithmic, so that the first minute can be read. All times are UTC.</figcaption></figure>
<ol class="events">${events.items}</ol>${events.more}
<h3>Service level</h3><table class="sla"><thead><tr><th scope="col">Mark</th><th scope="col">Time</th><th scope="col">State</th></tr></thead><tbody>${deadlines}</tbody></table></section>`;
}

export function otherFindings({ diagnosis }: Report): Section {
  if (!diagnosis) return undefined;
  const apart = list(
    standaloneFindings(diagnosis),
    30,
    (one) =>
      html`<tr><td>${one.severity}</td><td>${text(one.title)}<br><small><code>${one.code}</code> · ${clip(holderOf(one), 300)}</small></td><td>${text(one.remedy.text)}</td></tr>`,
  );
  const ignored = list(
    diagnosis.ignored,
    20,
    ({ finding, until, reason }) =>
      html`<li>${text(finding.title)} <small>until ${until}: ${text(reason)}</small></li>`,
  );
  if (!apart.items.length && !ignored.items.length) return undefined;
  return html`<section><h2>Other findings</h2>
${apart.items.length > 0 && html`<table class="stack"><caption>Risks and advice; none of them explains what is failing.</caption><thead><tr><th scope="col">Severity</th><th scope="col">Finding</th><th scope="col">Remedy</th></tr></thead><tbody>${apart.items}</tbody></table>${apart.more}`}
${ignored.items.length > 0 && html`<h3>Ignored by the configuration</h3><ul>${ignored.items}</ul>${ignored.more}`}</section>`;
}

export function coverage({ coverage: { checked, notChecked } }: Report): Markup {
  const blind = list(
    notChecked,
    40,
    ({ check, why }) => html`<tr><th scope="row">${clip(check, 200)}</th><td>${text(why)}</td></tr>`,
  );
  const seen = capped(checked, 80);
  return html`<section><h2>Coverage</h2>
${
  blind.items.length > 0
    ? html`<table class="stack"><caption>Not checked: nothing is known about these, good or bad.</caption><thead><tr><th scope="col">Check</th><th scope="col">Why not</th></tr></thead><tbody>${blind.items}</tbody></table>${blind.more}`
    : html`<p>Everything that was to be checked was checked.</p>`
}
<p class="muted">Checked (${checked.length}): ${seen.shown.map((name) => clip(name, 120)).join(', ') || 'nothing'}${seen.more > 0 && ` and ${seen.more} more`}.</p></section>`;
}
