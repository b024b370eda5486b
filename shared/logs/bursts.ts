/** Warnings and errors within one span of time. */
interface Bucket {
  count: number;
  /** the template that most of them are of, by majority vote */
  group: number;
  votes: number;
}

export interface Burst {
  /** milliseconds since 1970 */
  from: number;
  to: number;
  count: number;
  group: number;
}

const FIRST_WIDTH_MS = 10_000;
/** Of a log of any length: with more, buckets become twice as wide. */
const MOST_BUCKETS = 1024;
/** Fewer are a bad moment, not a burst. */
const LEAST = 10;
/** So many times the usual rate: that of the median bucket, or of the whole span where most of it is quiet. */
const FACTOR = 5;
const MOST_BURSTS = 20;

/** Counts failures over time, and finds where they came much faster than usual. */
export class BurstFinder {
  #width = FIRST_WIDTH_MS;
  #buckets = new Map<number, Bucket>();

  add(at: number, group: number): void {
    const key = Math.floor(at / this.#width);
    const bucket = this.#buckets.get(key);
    if (!bucket) {
      this.#buckets.set(key, { count: 1, group, votes: 1 });
      while (this.#buckets.size > MOST_BUCKETS) this.#widen();
      return;
    }
    bucket.count++;
    if (bucket.group === group) bucket.votes++;
    else if (--bucket.votes < 0) {
      bucket.group = group;
      bucket.votes = 1;
    }
  }

  /** `first` and `last` bound the time that the log covers, quiet or not. */
  bursts(first: number, last: number): Burst[] {
    const total = [...this.#buckets.values()].reduce((sum, { count }) => sum + count, 0);
    const spans = Math.floor(last / this.#width) - Math.floor(first / this.#width) + 1;
    const usual = total / spans;
    const found: Burst[] = [];
    for (const [key, { count, group }] of [...this.#buckets].sort(([one], [other]) => one - other)) {
      const others = spans > 1 ? (total - count) / (spans - 1) : usual;
      if (spans < 2 || count < LEAST || count < FACTOR * others) continue;
      const from = key * this.#width;
      const previous = found.at(-1);
      if (previous && previous.to === from) {
        previous.to = from + this.#width;
        previous.count += count;
      } else found.push({ from, to: from + this.#width, count, group });
    }
    return found
      .sort((one, other) => other.count - one.count)
      .slice(0, MOST_BURSTS)
      .sort((one, other) => one.from - other.from);
  }

  #widen(): void {
    const narrow = this.#buckets;
    this.#width *= 2;
    this.#buckets = new Map();
    for (const [key, bucket] of narrow) {
      const wide = this.#buckets.get(Math.floor(key / 2));
      if (!wide) this.#buckets.set(Math.floor(key / 2), bucket);
      else {
        if (bucket.votes > wide.votes) [wide.group, wide.votes] = [bucket.group, bucket.votes];
        wide.count += bucket.count;
      }
    }
  }
}
