/**
 * The errors that leave a function. Their `name` is API: Step Functions sees it as the state's `Error`, the CLI maps it
 * to an exit code. Names are literals so that minifying a bundle cannot change them. A message is one line.
 */

/** The caller's fault: names what is wrong, where, and how to mend it. */
export class InputError extends Error {
  override readonly name = 'InputError';
}

/** medic.config.ts is at fault. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** The work could not be done: the cluster, the store or a permission is missing. */
export class UnavailableError extends Error {
  override readonly name = 'UnavailableError';
}

/** The function's own deadline came before its answer. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
}

/** A fault of the medic itself; the log has the stack. */
export class UnexpectedError extends Error {
  override readonly name = 'UnexpectedError';
}

/** The errors whose message is all that a person needs: no stack trace is shown for them. */
export const isNamed = (error: unknown): error is Error =>
  error instanceof Error &&
  [
    'InputError',
    'ConfigError',
    'UnavailableError',
    'DeadlineError',
    'ClusterError',
    'StoreError',
    'StoreConflict',
  ].includes(error.name);
