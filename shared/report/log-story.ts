import type { AnalyzedLog, AnalyzedLogs } from '#shared/domain/analyzed-log.ts';
import type { LogAnalysis } from '#shared/domain/log-analysis.ts';
import { classOf } from '#shared/logs/classes.ts';
import { crashMessage, crashOf } from '#shared/logs/records/crash.ts';
import { isFailure } from '#shared/logs/summary.ts';
import { counted, duration } from './words.ts';

type Template = LogAnalysis['templates'][number];

/** One log as a person is told of it, the same in every rendering. Texts in it are untrusted. */
export interface LogStory {
  /** `1,204 lines: 42 errors, 12 warnings, 1 crash` */
  counts: string;
  /** ISO 8601; absent where no line has a time */
  span?: { from: string; to: string };
  causes: { name: string; count: number; sample: string }[];
  /** what the crashes say, each once */
  crashes: string[];
  /** those of failures first, then the most frequent */
  templates: Template[];
  slow: LogAnalysis['slow'];
  bursts: { from: string; to: string; count: number; says: string }[];
  /** the last one first, those that differ in values alone once; `alike` counts the others of the list */
  recentErrors: { text: string; alike: number }[];
  /** what the bounds of the answer have left out */
  leftOut: string;
}

const NUMBER = new Intl.NumberFormat('en');
/** 114,932 */
export const grouped = (count: number): string => NUMBER.format(count);

const some = (count: number, noun: string, plural?: string) =>
  count > 0 ? [counted(count, noun, plural).replace(/^\d+/, grouped(count))] : [];

/** Errors and warnings, crashes and slow operations; or that there are none. */
export function failuresInWords({ levels, panics, slow, truncated }: LogAnalysis): string {
  const found = [
    ...some(levels.error, 'error'),
    ...some(levels.warn, 'warning'),
    ...some(panics, 'crash', 'crashes'),
    ...some(slow.length + (truncated?.slow ?? 0), 'slow operation'),
  ];
  return found.join(', ') || 'no errors or warnings';
}

/** One line for a timeline: 3 logs: 12 errors, 4 warnings, 1 crash; most often connection-refused */
export function logsInWords({ logs, notChecked }: Pick<AnalyzedLogs, 'logs' | 'notChecked'>): string {
  const sum = (count: (log: AnalyzedLog) => number) => logs.reduce((total, log) => total + count(log), 0);
  const found = [
    ...some(
      sum(({ levels }) => levels.error),
      'error',
    ),
    ...some(
      sum(({ levels }) => levels.warn),
      'warning',
    ),
    ...some(
      sum(({ panics }) => panics),
      'crash',
      'crashes',
    ),
  ];
  const classes = new Set(logs.flatMap((log) => Object.keys(log.classes)));
  const [most] = [...classes]
    .map((name) => ({ name, count: sum((log) => log.classes[name] ?? 0) }))
    .toSorted((one, other) => other.count - one.count);
  const blind = notChecked.length > 0 ? `; ${notChecked.length} could not be read` : '';
  return `${counted(logs.length, 'log')}: ${found.join(', ') || 'no errors or warnings'}${most ? `; most often ${most.name}` : ''}${blind}`;
}

/** otlp-app-7d4f9c2-aaaaa, container otlp-app, before the last restart */
export function logTitle({ pod, container, key, previous, restarts }: AnalyzedLog): string {
  const again = restarts ? `, ${counted(restarts, 'restart')}` : '';
  return pod
    ? `${pod}, container ${container ?? ''}${previous ? ', before its last restart' : ''}${again}`
    : (key ?? 'log');
}

export const tellsOfFailure = ({ levels, panics }: Pick<LogAnalysis, 'levels' | 'panics'>): boolean =>
  levels.error + levels.warn + panics > 0;

/** The most frequent cause, or the crash: what one line of it says. */
export function gistOf(log: AnalyzedLog): string {
  const { causes, crashes } = logStory(log);
  const [most] = causes;
  const because = crashes[0] ?? (most && `${most.name}${most.sample ? `: ${most.sample}` : ''}`);
  return `${logTitle(log)}: ${failuresInWords(log)}${because ? `; ${because}` : ''}`;
}

/** Replicas that fail alike: the first of them stands for the others. */
export function alikeLogs(logs: readonly AnalyzedLog[]): AnalyzedLog[][] {
  const failures = ({ container, previous, templates }: AnalyzedLog) =>
    JSON.stringify([container, previous, templates.flatMap((one) => (weight(one) > 0 ? one.template : [])).toSorted()]);
  return [...Map.groupBy(logs, failures).values()];
}

const WEIGHTS: Readonly<Record<string, number>> = { error: 2, warn: 1 };
const weight = ({ level }: Template) => WEIGHTS[level ?? ''] ?? 0;

export function logStory(log: LogAnalysis): LogStory {
  const templates = log.templates.toSorted(
    (one, other) => weight(other) - weight(one) || other.count - one.count || one.id - other.id,
  );
  const seen = log.templates.flatMap(({ firstSeen, lastSeen }) => [firstSeen ?? [], lastSeen ?? []].flat()).sort();
  const [from, to] = [seen[0], seen.at(-1)];
  const said = [...log.recentErrors.toReversed(), ...templates.flatMap((one) => (isFailure(one) ? one.sample : []))];
  const causes = Object.entries(log.classes)
    .toSorted(([, one], [, other]) => other - one)
    .map(([name, count]) => ({
      name,
      count,
      sample: sampleOf(name, said),
    }));
  const span = from !== undefined && to !== undefined ? { from, to } : undefined;
  return {
    counts: `${counted(log.lines, 'line').replace(/^\d+/, grouped(log.lines))}: ${failuresInWords(log)}`,
    ...(span && { span }),
    causes,
    crashes: crashesIn(log),
    templates,
    slow: log.slow.toSorted((one, other) => other.durationMs - one.durationMs),
    bursts: (log.bursts ?? []).map(({ from: start, to: end, count, template }) => ({
      from: start,
      to: end,
      count,
      says: log.templates.find(({ id }) => id === template)?.template ?? '',
    })),
    recentErrors: distinct(log.recentErrors.toReversed()),
    leftOut: leftOutOf(log),
  };
}

const EXCERPT = 240;
/** A crash says in them what it is; its stack comes after. */
const HEAD_LINES = 2;
const STEP = 60;

/** Where one of the texts says what the class is of: a structured record says it near its end. */
function sampleOf(name: string, texts: readonly string[]): string {
  const whole = texts.find((one) => classOf(one) === name);
  const head = whole?.split('\n', HEAD_LINES).join('\n') ?? '';
  const text = classOf(head) === name ? head : whole;
  if (text === undefined || text.length <= EXCERPT) return text ?? '';
  const starts = Array.from({ length: Math.ceil(text.length / STEP) }, (_, index) => index * STEP).filter(
    (start) => classOf(text.slice(start, start + EXCERPT)) === name,
  );
  // With it in the middle, so that what it is about is seen too.
  const start = starts[Math.floor((starts.length - 1) / 2)] ?? 0;
  const piece = text.slice(start, start + EXCERPT);
  return `${start > 0 ? `…${piece.replace(/^[\w-]{1,40}(?=[^\w-])/, '')}` : piece}${start + EXCERPT < text.length ? '…' : ''}`;
}

/** Without the values in which two records of one template may differ. */
const gist = (text: string) => text.replace(/\b[0-9a-f]{8,64}\b|\d+/gi, '#');

const distinct = (texts: readonly string[]): LogStory['recentErrors'] =>
  [...Map.groupBy(texts, gist).values()].flatMap(([text, ...others]) =>
    text === undefined ? [] : [{ text, alike: others.length }],
  );

/** What the crashes say, as far as the last errors and the samples show them. */
function crashesIn({ panics, templates, recentErrors }: LogAnalysis): string[] {
  if (panics === 0) return [];
  const said = [...recentErrors, ...templates.map(({ sample }) => sample)].flatMap((text) => {
    const [head = '', ...rest] = text.split('\n');
    const crash = crashOf(head);
    return crash ? [crashMessage(crash, head, rest)] : [];
  });
  return distinct(said).map(({ text }) => text);
}

const HEIGHTS = ['▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** The time of the log from left to right, high where failures came in bursts. */
export function sparkline({ span, bursts }: LogStory, columns: number): string {
  if (!span || bursts.length === 0) return '';
  const start = Date.parse(span.from);
  const whole = Math.max(1, Date.parse(span.to) - start);
  const columnOf = (at: string) => Math.floor(((Date.parse(at) - start) / whole) * columns);
  const rates = new Array<number>(columns).fill(0);
  for (const { from, to, count } of bursts) {
    const first = Math.min(columns - 1, Math.max(0, columnOf(from)));
    const last = Math.min(columns, Math.max(first + 1, columnOf(to)));
    rates.fill(count / Math.max(1, Date.parse(to) - Date.parse(from)), first, last);
  }
  const highest = Math.max(...rates);
  return rates.map((rate) => (rate > 0 ? HEIGHTS[Math.ceil((rate / highest) * HEIGHTS.length) - 1] : '▁')).join('');
}

function leftOutOf({ truncated }: LogAnalysis): string {
  if (!truncated) return '';
  const { templates, evictedTemplates, slow, recentErrors } = truncated;
  return [
    ...some(templates, 'template'),
    ...some(evictedTemplates, 'rare template'),
    ...some(slow, 'slow operation'),
    ...some(recentErrors, 'earlier error'),
  ].join(', ');
}

/** 05:31:02 on the day of `day`, 11-24 05:31:02 on another: a log may be of days. */
export function timeIn(at: string | undefined, day: string | undefined): string {
  if (at === undefined) return '';
  return at.slice(0, 10) === day?.slice(0, 10) ? at.slice(11, 19) : at.slice(5, 19).replace('T', ' ');
}

/** from 2026-11-25 05:31:02 to 05:46:10 UTC (15 min 8 s) */
export function spanInWords({ from, to }: { from: string; to: string }): string {
  const start = from.slice(0, 19).replace('T', ' ');
  const end = from.slice(0, 10) === to.slice(0, 10) ? to.slice(11, 19) : to.slice(0, 19).replace('T', ' ');
  return `from ${start} to ${end} UTC (${duration(Date.parse(to) - Date.parse(from))})`;
}
