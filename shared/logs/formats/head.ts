import type { Level } from '../levels.ts';

/** How a line is written: where in it the texts are that may name a cause. */
export type Writing = 'json' | 'zap' | 'logfmt' | 'tracing' | 'text';

/** What the first line of a record says. */
export interface Head {
  /** milliseconds since 1970, NaN where the logger gives no time */
  at: number;
  /** the logger's own */
  level: Level | undefined;
  /** what the statement says, without time, level and other particulars of this one record */
  message: string;
  written: Writing;
  /** milliseconds that a field of it says that something took; negative where none does */
  durationMs: number;
  /** zap's stacks come after their line, unindented */
  stack?: 'go';
  /** the Collector's debug exporter: what follows are the data, until its fields */
  dump?: true;
  /** .NET's console has its message on the next line */
  messageFollows?: true;
  /** java.util.logging has its level on the next line */
  levelFollows?: true;
  /** tracing's pretty lines: whatever comes before a blank line is of the record */
  pretty?: true;
}

/** The head of a line of text, no field of which says how long something took. */
export const plainHead = (at: number, level: Level | undefined, message: string): Head => ({
  at,
  level,
  message,
  written: 'text',
  durationMs: -1,
});
