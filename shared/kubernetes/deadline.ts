import type { CallOptions } from '#shared/ports/cluster.ts';

/** The objective of Kubernetes for its slowest lists, those of a whole cluster: 30 s. */
const DEFAULT_TIMEOUT_MS = 30_000;

/** The limit of one call of a Cluster: its retries and pages share it. */
export interface Deadline {
  /** aborts at the deadline, with a TimeoutError, or with the caller's own signal */
  signal: AbortSignal;
  elapsedMs(): number;
  remainingMs(): number;
}

export function deadlineOf({ signal, timeoutMs = DEFAULT_TIMEOUT_MS }: CallOptions): Deadline {
  const limit = Math.max(0, Math.ceil(timeoutMs));
  const start = performance.now();
  // a timer of 0 ms may come after the answer of a near server
  const ending =
    limit === 0 ? AbortSignal.abort(new DOMException('no time', 'TimeoutError')) : AbortSignal.timeout(limit);
  const elapsedMs = () => performance.now() - start;
  return {
    signal: signal ? AbortSignal.any([signal, ending]) : ending,
    elapsedMs,
    remainingMs: () => limit - elapsedMs(),
  };
}

export const isTimeout = (reason: unknown) => reason instanceof DOMException && reason.name === 'TimeoutError';

/** The promise, unless the signal comes first: then its reason. For work that does not look at signals. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  return Promise.race([promise, aborted.promise]).finally(() => signal.removeEventListener('abort', abort));
}
