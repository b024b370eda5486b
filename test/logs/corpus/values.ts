/** Values as logs hold them, drawn from a seed: the same seed gives the same values. */
export interface Values {
  /** At least 0, less than `limit`. */
  count(limit?: number): number;
  pick<T>(from: readonly T[]): T;
  chance(part: number): boolean;
  ip(): string;
  port(): number;
  hex(length: number): string;
  uuid(): string;
  pod(of: string): string;
  path(): string;
  host(): string;
  /** Milliseconds of an operation, now and then more than a second; what was drawn is kept for `longest`. */
  operation(): number;
  /** Milliseconds of a wait, a limit or an interval. */
  wait(): number;
  /** The longest operation since the last call, 0 if there was none. */
  longest(): number;
}

export const valuesOf = (seed: number): Values => {
  let state = seed >>> 0;
  let longest = 0;
  // mulberry32
  const random = (): number => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const count = (limit = 1000): number => Math.floor(random() * limit);
  const pick = <T>(from: readonly T[]): T => from[count(from.length)] as T;
  const text = (alphabet: string, length: number): string => Array.from({ length }, () => pick([...alphabet])).join('');
  const hex = (length: number): string => text('0123456789abcdef', length);
  return {
    count,
    pick,
    hex,
    chance: (part) => random() < part,
    ip: () => `10.${count(8)}.${count(256)}.${1 + count(254)}`,
    port: () => 30_000 + count(30_000),
    uuid: () => [8, 4, 4, 4, 12].map(hex).join('-'),
    pod: (of) => `${of}-${hex(9)}-${text('bcdfghjklmnpqrstvwxz2456789', 5)}`,
    path: () =>
      `/var/lib/hub/${pick(['wal', 'chunks', 'spool', 'index'])}/${hex(6)}/${String(count(100_000)).padStart(8, '0')}`,
    host: () =>
      `${pick(['gateway', 'tempo', 'loki', 'mimir', 'backend'])}.${pick(['monitoring', 'observability', 'otlp'])}.svc.cluster.local`,
    operation: () => {
      const ms = random() < 0.02 ? 1000 + count(9000) : 1 + count(700);
      longest = Math.max(longest, ms);
      return ms;
    },
    wait: () => pick([500, 1000, 5000, 10_000, 30_000, 60_000]),
    longest: () => {
      const was = longest;
      longest = 0;
      return was;
    },
  };
};
