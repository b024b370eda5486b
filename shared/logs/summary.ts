import type { AnalyzedLog, AnalyzedLogs } from '#shared/domain/analyzed-log.ts';
import type { LogAnalysis } from '#shared/domain/log-analysis.ts';

type Weighed = Pick<LogAnalysis, 'levels' | 'panics'>;

/** Crashes, then errors, then warnings. */
export const worstFirst = (one: Weighed, other: Weighed): number =>
  other.panics - one.panics || other.levels.error - one.levels.error || other.levels.warn - one.levels.warn;

/** Of warnings or errors. */
export const isFailure = ({ level }: Pick<LogAnalysis['templates'][number], 'level'>): boolean =>
  level === 'error' || level === 'warn';

const total = (logs: readonly AnalyzedLog[], count: (log: AnalyzedLog) => number) =>
  logs.reduce((sum, log) => sum + count(log), 0);

/** One line for a timeline: 3 logs: 12 errors, 4 warnings, 1 crash; most connection-refused */
export function inWords({ logs, notChecked }: Pick<AnalyzedLogs, 'logs' | 'notChecked'>): string {
  const classes = new Map<string, number>();
  for (const [name, count] of logs.flatMap((log) => Object.entries(log.classes)))
    classes.set(name, (classes.get(name) ?? 0) + count);
  const [most] = [...classes].toSorted(([, one], [, other]) => other - one);
  const counts = [
    `${total(logs, ({ levels }) => levels.error)} errors`,
    `${total(logs, ({ levels }) => levels.warn)} warnings`,
    `${total(logs, ({ panics }) => panics)} crashes`,
  ];
  const blind = notChecked.length > 0 ? `; ${notChecked.length} could not be read` : '';
  return `logs of ${logs.length} containers: ${counts.join(', ')}${most ? `; most often ${most[0]}` : ''}${blind}`;
}
