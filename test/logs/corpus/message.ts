import type { Values } from './values.ts';

export type Level = 'error' | 'warn' | 'info' | 'debug';
export type Fields = Record<string, string | number>;

/** One place in a program's source that logs: all that it ever says has one template. */
export interface Message {
  level: Level;
  /** How often it speaks, against the others. */
  weight: number;
  /** Module, logger or file and line, as the format names its origin. */
  origin: string;
  text: (v: Values) => string;
  fields?: (v: Values) => Fields;
  /** Lines that follow it: a stack, a backtrace. */
  stack?: (v: Values) => string[];
}

/** A program: how it writes a record, and what it has to say. */
export interface Program {
  name: string;
  write: (at: Date, message: Message, v: Values) => string[];
  messages: readonly Message[];
}
