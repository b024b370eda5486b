import { createHash } from 'node:crypto';
import type { Report } from '../model.ts';
import { standing } from '../standing.ts';
import { clip } from '../untrusted-text.ts';
import { duration, markWords, utc, VERDICTS } from '../words.ts';
import { logs } from './logs-section.ts';
import { html, type Markup, trusted } from './markup.ts';
import { chain, changes, coverage, doNow, otherFindings, rootCause, timeline, tried } from './sections.ts';
import { STYLE } from './style.ts';

/** Nothing but the one style sheet of the page may load or run, wherever the file is opened. */
const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'`;

function banner(report: Report): Markup {
  const { incident, drill, target, headline, at } = report;
  const { word, tone, meaning } = standing(report);
  return html`<div class="band band-${tone}"><header><p class="eyebrow"><b>otlp-medic</b>${drill && html`<span class="drill">DRILL</span>`}${incident?.rehearsal && html`<span class="drill">PLAN ONLY</span>`}${
    incident ? html`<span>${incident.severity} incident <b>${incident.id}</b></span>` : html`<span>diagnosis</span>`
  }<span>${clip(target, 80)}</span><span>${utc(at)}</span></p><p class="word"><b>${word}</b>${meaning}</p><h1>${clip(headline, 400)}</h1></header></div>`;
}

function facts({ incident, measures, marks, diagnosis, at }: Report): Markup {
  const fact = (term: string, value: string, note?: string) =>
    html`<div><dt>${term}</dt><dd>${value}${note && html` <small class="muted">${note}</small>`}</dd></div>`;
  const since = (term: string, ms: number | undefined) => ms !== undefined && fact(term, duration(ms), 'after opening');
  const due = marks.find(({ name, state }) => name.endsWith('-by') && (state === 'pending' || state === 'missed'));
  const deadline = due && markWords(due, at);
  return html`<dl class="facts">${incident && fact('Opened', utc(incident.openedAt), clip(incident.trigger.reason ?? `by ${incident.trigger.source}`, 160))}
${since('Diagnosed', measures.toDiagnosisMs)}${since('Acted', measures.toActionMs)}${since('Recovered', measures.toRecoveryMs)}
${deadline && html`<div><dt>${deadline.name}</dt><dd class="${deadline.tone}">${deadline.state} <small class="muted">${utc(due.at)}</small></dd></div>`}
${incident && incident.occurrences > 1 && fact('Triggers', String(incident.occurrences), 'met this one incident')}
${diagnosis && fact(incident ? 'First diagnosis' : 'Verdict', VERDICTS[diagnosis.verdict].word, diagnosis.layer ? `layer ${diagnosis.layer}` : `in ${duration(diagnosis.durationMs)}`)}</dl>`;
}

const footer = ({ diagnosis, at }: Report): Markup =>
  html`<footer><p>Written by otlp-medic at ${utc(at)}. Secret values were removed before anything was stored.${
    diagnosis &&
    html` Evidence: <span class="mono">${clip(diagnosis.snapshot.key, 300)}</span>, sha256 <span class="mono">${clip(diagnosis.snapshot.sha256, 64)}</span>`
  }</p></footer>`;

/** One self-contained page: no script, no external resource; opens from disk, prints, fits a phone. Bounded in size. */
export function renderHtml(report: Report): string {
  const { word } = standing(report);
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer"><meta name="robots" content="noindex"><title>${word}: ${clip(report.headline, 120)} - otlp-medic</title><style>${trusted(STYLE)}</style></head>
<body>${banner(report)}<main>${facts(report)}<div class="pair">${rootCause(report)}${doNow(report)}</div>${changes(report)}${chain(report)}${logs(report)}${tried(report)}${timeline(report)}${otherFindings(report)}${coverage(report)}</main>${footer(report)}</body></html>
`;
  return page.toString();
}
