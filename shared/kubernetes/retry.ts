import type { ClusterError } from '#shared/ports/cluster.ts';

/** A try that failed. */
export interface Failure {
  error: ClusterError;
  /** the same request may succeed soon, and may be sent twice */
  retry: boolean;
  /** the server's own wish, Retry-After */
  afterMs?: number;
}

/** A server that fails four times within a second is better reported. */
export const MAX_TRIES = 4;
/** As client-go: a server that says when to come again is asked this often. */
export const MAX_TRIES_AS_ASKED = 10;
const FIRST_WAIT_MS = 150;
const LONGEST_BACKOFF_MS = 2000;
/** Callers who were turned away together come back over this time, not all at one moment. */
const SPREAD_MS = 1000;

/** Retry-After of HTTP: seconds or a date; anything else is no wish. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const at = /\b\d{4}\b.*\d{2}:\d{2}/.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

/** Time and chance as dependencies. */
export interface Pace {
  /** until the deadline of the whole call */
  remainingMs(): number;
  /** rejects when the call is aborted */
  sleep(ms: number): Promise<void>;
  /** [0, 1) */
  random(): number;
}

/**
 * Tries until an answer, a failure that no retry can mend, too many tries, or a wait that the deadline would not survive:
 * then the last failure is told at once, as it says more than a timeout would.
 */
export async function retrying<Result extends object>(
  attempt: () => Promise<Result | Failure>,
  pace: Pace,
): Promise<Result> {
  for (let tries = 1; ; tries++) {
    const result = await attempt();
    if (!('retry' in result)) return result;
    const backoff = Math.min(FIRST_WAIT_MS * 2 ** (tries - 1), LONGEST_BACKOFF_MS);
    const asked = result.afterMs;
    const wait = Math.max(
      (asked ?? 0) + Math.min(asked ?? 0, SPREAD_MS) * pace.random(),
      backoff * (0.5 + pace.random() / 2),
    );
    const most = asked === undefined ? MAX_TRIES : MAX_TRIES_AS_ASKED;
    if (!result.retry || tries >= most || wait >= pace.remainingMs()) throw result.error;
    await pace.sleep(wait);
  }
}
