export type Level = 'error' | 'warn' | 'info' | 'debug';

/** Whatever a logger calls its levels; fatal, critical and panic are errors, trace is debug. */
const WORDS: Record<Level, string> = {
  error: 'error err eror erro e fatal fatl f ftl critical crit crt c panic dpanic alert emerg emergency severe failure',
  warn: 'warn warning wrn w',
  info: 'info information inf i notice log config',
  debug: 'debug dbg debg dbug d trace trc t v verbose fine finer finest',
};

const LEVELS = new Map<string, Level>();
for (const level of ['error', 'warn', 'info', 'debug'] as const)
  for (const word of WORDS[level].split(' ')) {
    LEVELS.set(word, level);
    LEVELS.set(word.toUpperCase(), level);
    LEVELS.set((word[0] ?? '').toUpperCase() + word.slice(1), level);
  }

/** pino and bunyan count: 10 trace, 20 debug, 30 info, 40 warn, 50 error, 60 fatal. */
const byNumber = (value: number): Level | undefined => {
  if (value >= 50 && value <= 60) return 'error';
  if (value >= 40) return value < 50 ? 'warn' : undefined;
  if (value >= 30) return 'info';
  return value >= 10 ? 'debug' : undefined;
};

/** slog writes a level between two of its own as `ERROR+4`. */
const plainWord = (value: string): string =>
  value
    .toLowerCase()
    .trim()
    .replace(/[+-]\d{1,4}$/, '');

/** The value of a field that is the level: a word in any case, or a number. */
export const levelOf = (value: unknown): Level | undefined => {
  if (typeof value === 'string') return LEVELS.get(value) ?? LEVELS.get(plainWord(value));
  return typeof value === 'number' ? byNumber(value) : undefined;
};

/** The severities of syslog, 0 emergency to 7 debug; journald and GELF count them too. */
export function severityLevel(severity: number): Level | undefined {
  if (!(severity >= 0 && severity <= 7)) return undefined;
  if (severity <= 3) return 'error';
  return severity === 4 ? 'warn' : severity === 7 ? 'debug' : 'info';
}

/** Words that a text logger puts before its message. A lone letter is no level there, nor are words of prose. */
const HEAD_WORDS = new Map(
  [...LEVELS].filter(
    ([word]) => word.length > 2 && word === word.toUpperCase() && !['LOG', 'CONFIG', 'FINE', 'FAILURE'].includes(word),
  ),
);

/** An upper-case word at the head of a line that is a level. */
export const headLevelOf = (word: string): Level | undefined => (word.length <= 11 ? HEAD_WORDS.get(word) : undefined);

const SEVERITY: Record<Level, number> = { debug: 0, info: 1, warn: 2, error: 3 };
export const isWorse = (one: Level, other: Level): boolean => SEVERITY[one] > SEVERITY[other];
