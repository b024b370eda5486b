import type { ClusterFault } from '#shared/ports/cluster.ts';
import { quoted } from './quoted.ts';

/** Why no answer came. */
export interface Explanation {
  fault: ClusterFault;
  /** the connection was up and broke: the next one may last */
  reset?: boolean;
  /** what the server, or the way to it, did; follows "SERVER" */
  what: string;
  mend: string;
}

/** Node's code for an error; a connection that was tried to several addresses has one per address. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error instanceof AggregateError ? codeOf(error.errors[0]) : codeOf(error.cause);
}

/** Its message, to be quoted. */
export const textOf = (error: unknown) => quoted(error instanceof Error ? error.message : String(error), 200);
