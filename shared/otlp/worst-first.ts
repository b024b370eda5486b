import type { Ladder, ProbeResult } from '#shared/domain/probe-result.ts';

const WORST_FIRST = ['fail', 'unknown', 'degraded', 'pass'];
const rank = ({ verdict }: Ladder) => WORST_FIRST.indexOf(verdict.outcome);

/** The runs to the endpoints of a target as one result: the worst speaks for all. Undefined for none. */
export function worstFirst(runs: readonly Ladder[]): ProbeResult | undefined {
  const [worst, ...others] = runs.toSorted((a, b) => rank(a) - rank(b));
  return worst && (others.length > 0 ? { ...worst, others } : worst);
}

/** All of them again, worst first. */
export const laddersOf = ({ others = [], ...worst }: ProbeResult): Ladder[] => [worst, ...others];
