import type { LogAnalysis } from '#shared/domain/log-analysis.ts';

type Weighed = Pick<LogAnalysis, 'levels' | 'panics'>;

/** Crashes, then errors, then warnings. */
export const worstFirst = (one: Weighed, other: Weighed): number =>
  other.panics - one.panics || other.levels.error - one.levels.error || other.levels.warn - one.levels.warn;

/** Of warnings or errors. */
export const isFailure = ({ level }: Pick<LogAnalysis['templates'][number], 'level'>): boolean =>
  level === 'error' || level === 'warn';
