import type { AnalyzedLog } from '#shared/domain/analyzed-log.ts';
import type { LogAnalysis } from '#shared/domain/log-analysis.ts';

type Weighed = Pick<LogAnalysis, 'levels' | 'panics'>;

/** Crashes, then errors, then warnings. */
export const worstFirst = (one: Weighed, other: Weighed): number =>
  other.panics - one.panics || other.levels.error - one.levels.error || other.levels.warn - one.levels.warn;

/** The same for two analyses of one log. */
export const whichLog = ({ namespace, pod, container, previous, key }: AnalyzedLog): string =>
  JSON.stringify([namespace, pod, container, previous, key]);

/** Of warnings or errors. */
export const isFailure = ({ level }: Pick<LogAnalysis['templates'][number], 'level'>): boolean =>
  level === 'error' || level === 'warn';
