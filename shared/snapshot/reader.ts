import pLimit from 'p-limit';
import type { Coverage } from '#shared/domain/coverage.ts';
import { type CallOptions, ClusterError, type ClusterFault, isUnreachable } from '#shared/ports/cluster.ts';

/** Enough to fill a round trip, few enough not to be throttled. */
const CONCURRENCY = 8;

/** Any server tells its version to anybody: that it does says nothing about the rest. */
export const VERSION = 'version';

interface Outcome {
  check: string;
  /** undefined = not finished */
  result?: 'read' | 'left-out' | { why: string; fault: ClusterFault };
}

export interface ReadOptions<T> {
  /** what stands for the answer where there is none */
  otherwise: T;
  /** faults that are answers: their check is not mentioned at all */
  leaveOut?: ClusterFault[];
  /** answers that are not worth a word in the coverage */
  silent?: (answer: T) => boolean;
  /** another server stands behind it: its faults say nothing of the cluster */
  aside?: boolean;
  /** another check to report instead, by fault: fifty logs that are forbidden are one thing not checked */
  instead?: Partial<Record<ClusterFault, { check: string; why?: string }>>;
}

/** Reads with bounded concurrency, and an account of what was read and what could not be. Never rejects for the cluster's sake. */
export interface Reader {
  read<T>(check: string, call: (options: CallOptions) => Promise<T>, options: ReadOptions<T>): Promise<T>;
  /** Something that is not even tried. */
  skip(check: string, why: string): void;
  /** What is unfinished counts as not checked, because of `why`. */
  coverage(why: string): Coverage;
  /** Set when not one object could be read: the words of one failure for all of them. */
  unreachable(why: string): string | undefined;
}

export function makeReader(options: { signal: AbortSignal; timeoutMs: number; stop: () => void }): Reader {
  const { signal, timeoutMs, stop } = options;
  const limit = pLimit(CONCURRENCY);
  const outcomes: Outcome[] = [];
  let dead: ClusterError | undefined;
  const aborted = new Promise<undefined>((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });

  const fail = <T>(outcome: Outcome, error: unknown, { leaveOut, instead, aside }: ReadOptions<T>) => {
    if (!(error instanceof ClusterError)) throw error;
    if (signal.aborted && error.fault === 'aborted') return;
    if (leaveOut?.includes(error.fault)) {
      outcome.result = 'left-out';
      return;
    }
    const other = instead?.[error.fault];
    if (other) outcome.check = other.check;
    outcome.result = { why: other?.why ?? error.message, fault: error.fault };
    if (aside || !isUnreachable(error)) return;
    dead ??= error;
    stop(); // no other call can do better
  };

  return {
    async read(check, call, readOptions) {
      const outcome: Outcome = { check };
      outcomes.push(outcome);
      const work = limit(async () => {
        if (signal.aborted) return readOptions.otherwise;
        try {
          const answer = await call({ signal, timeoutMs });
          if (!signal.aborted) outcome.result = readOptions.silent?.(answer) ? 'left-out' : 'read';
          return answer;
        } catch (error) {
          fail(outcome, error, readOptions);
          return readOptions.otherwise;
        }
      });
      // A call that does not heed the signal must not hold up the rest.
      const answer = await Promise.race([work.then((value) => ({ value })), aborted]);
      return answer ? answer.value : readOptions.otherwise;
    },

    skip(check, why) {
      outcomes.push({ check, result: { why, fault: 'aborted' } });
    },

    coverage(why) {
      const reason = dead?.message ?? why;
      const checked = new Set<string>();
      const notChecked = new Map<string, string>();
      for (const { check, result } of outcomes) {
        if (result === 'read') checked.add(check);
        else if (result === undefined) notChecked.set(check, reason);
        else if (result !== 'left-out' && !notChecked.has(check)) notChecked.set(check, result.why);
      }
      return {
        checked: [...checked],
        notChecked: [...notChecked].map(([check, reasonFor]) => ({ check, why: reasonFor })),
      };
    },

    unreachable(why) {
      const objects = outcomes.filter(({ check }) => check !== VERSION);
      if (objects.some(({ result }) => result === 'read')) return undefined;
      if (dead) return dead.message;
      const failed = objects.filter(({ result }) => typeof result === 'object');
      const { result } = failed.find(({ check }) => check === 'pods') ?? failed[0] ?? {};
      if (typeof result !== 'object') return why;
      return result.fault === 'forbidden' ? `nothing may be read: ${result.why}` : result.why;
    },
  };
}
