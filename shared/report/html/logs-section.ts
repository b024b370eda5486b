import type { AnalyzedLog } from '#shared/domain/analyzed-log.ts';
import { capped } from '../capped.ts';
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
} from '../log-story.ts';
import type { Report } from '../model.ts';
import { logsOf } from '../report-logs.ts';
import { clip, oneLine } from '../untrusted-text.ts';
import { counted, duration } from '../words.ts';
import { html, type Markup } from './markup.ts';

const MOST_WHOLE = 4;
const TONES: Readonly<Record<string, string>> = { error: 'bad', warn: 'warn' };

const text = (untrusted: string, most = 300) => clip(oneLine(untrusted), most);

/** What the logs tell: each in a row, then those of failures, replicas that fail alike once. */
export function logs(report: Report): Markup | undefined {
  const all = logsOf(report);
  if (all.length === 0) return undefined;
  const telling = capped(alikeLogs(all.filter(tellsOfFailure)), MOST_WHOLE);
  const quiet = all.filter((log) => !tellsOfFailure(log));
  return html`<section><h2>What the logs tell</h2>
${telling.shown.length === 0 && html`<p>No warning, error or crash in ${counted(all.length, 'log')}.</p>`}
${telling.shown.map(oneOf)}
${telling.more > 0 && html`<p class="muted">and ${telling.more} more that tell of failures</p>`}
${telling.shown.length > 0 && quiet.length > 0 && html`<p class="muted">Without warnings and errors: ${text(quiet.map(logTitle).join('; '), 900)}.</p>`}</section>`;
}

function oneOf([log, ...alike]: AnalyzedLog[]): Markup {
  if (!log) return html``;
  const story = logStory(log);
  const { span } = story;
  return html`<h3>${text(logTitle(log))}</h3>
<p><b>${failuresInWords(log)}</b> <span class="muted">in ${log.cut && 'the last '}${counted(log.lines, 'line')}${span && `, ${spanInWords(span)}`}</span></p>
${alike.length > 0 && html`<p class="muted">The same: ${text(alike.map(logTitle).join('; '), 600)}</p>`}
${causes(story)}${crashes(story)}${bursts(story)}${templates(story)}${lastErrors(story)}`;
}

function causes({ causes: all }: LogStory): Markup | false {
  const rows = all
    .slice(0, 8)
    .map(
      ({ name, count, sample }) =>
        html`<tr><td class="count">${grouped(count)}</td><th scope="row">${text(name, 80)}</th><td class="mono">${text(sample)}</td></tr>`,
    );
  return (
    rows.length > 0 &&
    html`<table class="stack logs"><thead><tr><th scope="col">Records</th><th scope="col">Cause</th><th scope="col">For example</th></tr></thead><tbody>${rows}</tbody></table>`
  );
}

function crashes({ crashes: all }: LogStory): Markup | false {
  const said = all.slice(0, 5).map((one) => html`<li class="mono">${text(one)}</li>`);
  return said.length > 0 && html`<p class="bad"><b>Crashed</b></p><ul>${said}</ul>`;
}

function bursts(story: LogStory): Markup | false {
  const { bursts: all, span } = story;
  const drawn = sparkline(story, 40);
  if (!drawn) return false;
  const rows = all
    .slice(0, 5)
    .map(
      ({ from, to, count, says }) =>
        html`<li>${timeIn(from, span?.to)} to ${timeIn(to, span?.to)}: ${counted(count, 'record')}${says && html`, most of them <span class="mono">${text(says, 160)}</span>`}</li>`,
    );
  return html`<p><b>Bursts</b> <span class="time-line"><span class="muted">${timeIn(span?.from, span?.to)}</span><span class="spark bad" aria-hidden="true">${drawn}</span><span class="muted">${timeIn(span?.to, span?.to)}</span></span></p><ul>${rows}</ul>`;
}

function templates({ templates: all, slow, span, leftOut }: LogStory): Markup {
  const rows = all
    .slice(0, 10)
    .map(
      ({ count, level = '', firstSeen, lastSeen, template, newSinceRollout }) =>
        html`<tr><td class="count">${grouped(count)}</td><td class="${TONES[level]}">${level}</td><td class="times">${timeIn(firstSeen, span?.to)}</td><td class="times">${timeIn(lastSeen, span?.to)}</td><td class="mono">${newSinceRollout && html`<span class="tag warn">new since the rollout</span> `}${text(template)}</td></tr>`,
    );
  const slowest = slow.slice(0, 5).map(({ durationMs, line }) => `${duration(durationMs)} at line ${line}`);
  return html`<table class="stack logs"><thead><tr><th scope="col">Records</th><th scope="col">Level</th><th scope="col">First</th><th scope="col">Last</th><th scope="col">Message, values left out</th></tr></thead><tbody>${rows}</tbody></table>
${slowest.length > 0 && html`<p>Slowest operations: ${slowest.join(', ')}.</p>`}${leftOut && html`<p class="muted">Not listed: ${leftOut}.</p>`}`;
}

function lastErrors({ recentErrors }: LogStory): Markup | false {
  const said = recentErrors
    .slice(0, 3)
    .map(
      ({ text: whole, alike }) =>
        html`<li><span class="mono">${text(whole, 500)}</span>${alike > 0 && html` <small>and ${alike} like it</small>`}</li>`,
    );
  return said.length > 0 && html`<p><b>Last errors</b></p><ul>${said}</ul>`;
}
