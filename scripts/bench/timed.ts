export const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/**
 * Milliseconds of this thread on a processor: what else runs on the machine counts little, the garbage collector's own
 * threads not at all.
 */
export function timed<T>(run: () => T): { result: T; ms: number } {
  globalThis.gc?.();
  const from = process.threadCpuUsage();
  const result = run();
  const { user, system } = process.threadCpuUsage(from);
  return { result, ms: (user + system) / 1000 };
}
