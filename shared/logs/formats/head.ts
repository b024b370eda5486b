import type { Level } from '../levels.ts';

/** What the first line of a record says. */
export interface Head {
  /** milliseconds since 1970, NaN where the logger gives no time */
  at: number;
  /** the logger's own */
  level: Level | undefined;
  /** what the statement says, without time, level and other particulars of this one record */
  message: string;
  /** the texts that may name a cause or a duration, where that is not the whole line */
  detail?: string;
  /** milliseconds that the record itself says that something took */
  durationMs?: number;
  /** zap's stacks come after their line, unindented */
  stack?: 'go';
}
