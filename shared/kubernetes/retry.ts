import type { ClusterError } from '#shared/ports/cluster.ts';

/** A try that failed. */
export interface Failure {
  error: ClusterError;
  /** the same request may succeed soon, and may be sent twice */
  retry: boolean;
  /** the server's own wish, Retry-After */
  afterMs?: number;
}

/** client-go allows 10, but only at Retry-After's pace; a server that fails four times within a second is better reported. */
export const MAX_TRIES = 4;
const FIRST_WAIT_MS = 150;

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
 * Tries until an answer, a failure that no retry can mend, MAX_TRIES, or a wait that the deadline would not survive:
 * then the last failure is told at once, as it says more than a timeout would.
 */
export async function retrying<Result extends object>(
  attempt: () => Promise<Result | Failure>,
  pace: Pace,
): Promise<Result> {
  for (let tries = 1; ; tries++) {
    const result = await attempt();
    if (!('retry' in result)) return result;
    const backoff = FIRST_WAIT_MS * 2 ** (tries - 1);
    const wait = Math.max(result.afterMs ?? 0, backoff * (0.5 + pace.random() / 2));
    if (!result.retry || tries >= MAX_TRIES || wait >= pace.remainingMs()) throw result.error;
    await pace.sleep(wait);
  }
}
