import { distance } from 'fastest-levenshtein';

/** The candidate that a person most likely meant; undefined when none is near (more than 40 % of it differs). */
export function nearest(written: string, candidates: readonly string[]): string | undefined {
  const best = candidates.toSorted((a, b) => distance(a, written) - distance(b, written))[0];
  return best !== undefined && distance(best, written) <= Math.max(2, written.length * 0.4) ? best : undefined;
}
