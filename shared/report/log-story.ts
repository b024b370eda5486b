import type { AnalyzedLog } from '#shared/domain/analyzed-log.ts';
import type { LogAnalysis } from '#shared/domain/log-analysis.ts';
import { classOf } from '#shared/logs/classes.ts';
import { crashMessage, crashOf } from '#shared/logs/records/crash.ts';
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
  /** the time of the log from left to right, high where failures came in bursts; empty without bursts */
  sparkline: string;
  /** the last one first */
  recentErrors: string[];
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

/** otlp-app-7d4f9c2-aaaaa, container otlp-app, before the last restart */
export function logTitle({ pod, container, key, previous, restarts }: AnalyzedLog): string {
  const again = restarts ? `, ${counted(restarts, 'restart')}` : '';
  return pod
    ? `${pod}, container ${container ?? ''}${previous ? ', before its last restart' : ''}${again}`
    : (key ?? 'log');
}

export const tellsOfFailure = ({ levels, panics }: Pick<LogAnalysis, 'levels' | 'panics'>): boolean =>
  levels.error + levels.warn + panics > 0;

const WEIGHTS: Readonly<Record<string, number>> = { error: 2, warn: 1 };
const weight = ({ level }: Template) => WEIGHTS[level ?? ''] ?? 0;

export function logStory(log: LogAnalysis): LogStory {
  const templates = log.templates.toSorted(
    (one, other) => weight(other) - weight(one) || other.count - one.count || one.id - other.id,
  );
  const seen = log.templates.flatMap(({ firstSeen, lastSeen }) => [firstSeen ?? [], lastSeen ?? []].flat()).sort();
  const [from, to] = [seen[0], seen.at(-1)];
  const failing = templates.filter((template) => weight(template) > 0);
  const causes = Object.entries(log.classes)
    .toSorted(([, one], [, other]) => other - one)
    .map(([name, count]) => ({
      name,
      count,
      sample: failing.find(({ sample }) => classOf(sample) === name)?.sample ?? '',
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
    sparkline: span && log.bursts?.length ? sparkline(span, log.bursts) : '',
    recentErrors: log.recentErrors.toReversed(),
    leftOut: leftOutOf(log),
  };
}

/** What the crashes say, from the samples and the last errors. */
function crashesIn({ panics, templates, recentErrors }: LogAnalysis): string[] {
  if (panics === 0) return [];
  const said = [...recentErrors, ...templates.map(({ sample }) => sample)].flatMap((text) => {
    const [head = '', ...rest] = text.split('\n');
    const crash = crashOf(head);
    return crash ? [crashMessage(crash, head, rest)] : [];
  });
  return [...new Set(said)];
}

const COLUMNS = 60;
const HEIGHTS = ['▂', '▃', '▄', '▅', '▆', '▇', '█'];

function sparkline({ from, to }: { from: string; to: string }, bursts: NonNullable<LogAnalysis['bursts']>): string {
  const [start, end] = [Date.parse(from), Date.parse(to)];
  const columnOf = (at: string) => Math.floor(((Date.parse(at) - start) / Math.max(1, end - start)) * COLUMNS);
  const rates = new Array<number>(COLUMNS).fill(0);
  for (const burst of bursts) {
    const rate = burst.count / Math.max(1, Date.parse(burst.to) - Date.parse(burst.from));
    const first = Math.min(COLUMNS - 1, Math.max(0, columnOf(burst.from)));
    const last = Math.min(COLUMNS, Math.max(first + 1, columnOf(burst.to)));
    rates.fill(rate, first, last);
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

/** 05:31:02 on the day of `day`, 11-24 05:31 on another; a log may be of days. */
export function timeIn(at: string | undefined, day: string | undefined): string {
  if (at === undefined) return '';
  return at.slice(0, 10) === day?.slice(0, 10) ? at.slice(11, 19) : at.slice(5, 16).replace('T', ' ');
}

/** from 2026-11-25 05:31:02 to 05:46:10 UTC (15 min 8 s) */
export function spanInWords({ from, to }: { from: string; to: string }): string {
  const start = from.slice(0, 19).replace('T', ' ');
  const end = from.slice(0, 10) === to.slice(0, 10) ? to.slice(11, 19) : to.slice(0, 19).replace('T', ' ');
  return `from ${start} to ${end} UTC (${duration(Date.parse(to) - Date.parse(from))})`;
}
