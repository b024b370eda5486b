import { ClusterError } from '#shared/ports/cluster.ts';
import type { Call } from './call.ts';
import { type Deadline, isTimeout } from './deadline.ts';

/** A write that was sent may have been made, though no answer came. */
export const doubt = (call: Call): string | undefined =>
  call.method === 'PATCH' ? 'it is not known whether the change was made: look before you try again' : undefined;

/** The deadline or the caller ended the call; `what` says how far it was. */
export function stopped(call: Call, deadline: Deadline, what: string, wasSent: boolean): ClusterError {
  const cause = deadline.signal.reason;
  const seconds = `${(deadline.elapsedMs() / 1000).toFixed(1)} s`;
  const unsure = wasSent ? doubt(call) : undefined;
  if (isTimeout(cause))
    return new ClusterError(
      'timeout',
      `cannot ${call.words}: ${what} within ${seconds}; ${unsure ?? 'try again, or with a longer timeout; if it stays so, the API server is overloaded'}`,
      { cause },
    );
  return new ClusterError(
    'aborted',
    `cannot ${call.words}: the caller stopped it after ${seconds}, when ${what}${unsure ? `; ${unsure}` : ''}`,
    { cause },
  );
}
