import type { Level } from '../levels.ts';
import { type Head, plainHead } from './head.ts';

const HEAD = /^(trce|dbug|info|warn|fail|crit): ([\w.+`]{1,300})\[\d{1,10}\]$/;
const LEVELS: Record<string, Level> = {
  trce: 'debug',
  dbug: 'debug',
  info: 'info',
  warn: 'warn',
  fail: 'error',
  crit: 'error',
};

/** `fail: Shop.Worker[0]`, as .NET's console writes; the message is on the next line. */
export function dotnetHead(line: string): Head | undefined {
  const [, word = '', category = ''] = HEAD.exec(line) ?? [];
  const level = LEVELS[word];
  return level && { ...plainHead(Number.NaN, level, category), messageFollows: true };
}
