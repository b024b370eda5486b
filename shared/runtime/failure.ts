import { DeadlineError, isNamed, UnavailableError, UnexpectedError } from '#shared/domain/errors.ts';
import { redactText } from '#shared/redaction/text.ts';

const MOST = 2000;

/** One line, without secrets and control characters. */
const oneLine = (text: string) =>
  redactText(text)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .slice(0, MOST);

const messageOf = (error: unknown) => (error instanceof Error ? error.message || error.name : String(error));

/** The stack of an error that nobody foresaw, for the log alone. */
export function stackOf(error: unknown): string | undefined {
  if (isNamed(error)) return undefined;
  return error instanceof Error ? redactText(error.stack ?? '').slice(0, 4 * MOST) : undefined;
}

/**
 * The error as it may leave the function: a name that is API and one redacted line. Lambda tells its caller no more of
 * an error either; a cause or a stack could hold what redaction took out of the message.
 */
export function outgoing(error: unknown, step: string): Error {
  const known = isNamed(error) ? error : new UnexpectedError(`${step} failed unexpectedly: ${messageOf(error)}`);
  const bare = new Error(oneLine(known.message));
  Object.defineProperty(bare, 'name', { value: known.name });
  bare.stack = `${known.name}: ${bare.message}`;
  return bare;
}

/** After the signal went off, whatever the step throws is only its echo. */
export function cut(step: string, deadline: boolean): Error {
  if (deadline) return new DeadlineError(`${step} did not finish in time: give the function more time, or see its log`);
  return new UnavailableError(`${step} was cancelled`);
}
