/** Of a classic histogram: how many observations were at most `le`. */
export interface Bucket {
  le: number;
  count: number;
}

export interface Quantile {
  /** NaN where the buckets do not tell */
  value: number;
  /** the quantile lies above the largest bound: the value is the least that it can be */
  atLeast: boolean;
  /** a count was smaller than that of a smaller bound, and was raised to it */
  repaired: boolean;
}

/** Counts that differ by less are the same number, written by floating point. */
const SAME = 1e-12;

const unknown: Quantile = { value: Number.NaN, atLeast: false, repaired: false };
const certain = (value: number): Quantile => ({ value, atLeast: false, repaired: false });

/** Bounds are written in many ways (`.2`, `2e-1`), so equal ones are one bucket. */
function merged(buckets: readonly Bucket[]): Bucket[] {
  const counts = new Map<number, number>();
  for (const { le, count } of buckets) counts.set(le, (counts.get(le) ?? 0) + count);
  return [...counts].map(([le, count]) => ({ le, count })).sort((a, b) => a.le - b.le);
}

function monotonic(buckets: readonly Bucket[]): { buckets: Bucket[]; repaired: boolean } {
  let repaired = false;
  let most = 0;
  const rising = buckets.map(({ le, count }, index) => {
    const same = Math.abs(count - most) <= SAME * Math.min(Math.abs(count) + Math.abs(most), Number.MAX_VALUE);
    if (index > 0 && (same || count < most)) repaired ||= !same;
    else most = count;
    return { le, count: most };
  });
  return { buckets: rising, repaired };
}

/**
 * A quantile as Prometheus' `histogram_quantile` works it out: linear within the bucket that holds it. Counts are best
 * increases over a window. The error is at most the width of that bucket.
 */
export function histogramQuantile(q: number, given: readonly Bucket[]): Quantile {
  if (Number.isNaN(q)) return unknown;
  if (q < 0) return certain(Number.NEGATIVE_INFINITY);
  if (q > 1) return certain(Number.POSITIVE_INFINITY);
  const { buckets, repaired } = monotonic(merged(given));
  const last = buckets.at(-1);
  if (last?.le !== Number.POSITIVE_INFINITY || buckets.length < 2 || last.count === 0) return { ...unknown, repaired };
  const rank = q * last.count;
  const found = buckets.findIndex(({ count }) => count >= rank);
  const held = buckets[found];
  const below = buckets[found - 1];
  if (!held || (found === buckets.length - 1 && below))
    return { value: below?.le ?? Number.NaN, atLeast: true, repaired };
  if (!below && held.le <= 0) return { value: held.le, atLeast: false, repaired };
  const start = below?.le ?? 0;
  const before = below?.count ?? 0;
  // An empty first bucket has the quantile 0 at its start, where the share is 0 of 0.
  const share = held.count === before ? 0 : (rank - before) / (held.count - before);
  return { value: start + (held.le - start) * share, atLeast: false, repaired };
}
