import { CommanderError } from 'commander';
import { isNamed } from '#shared/domain/errors.ts';
import { oneLine, visibleLines } from '#shared/report/untrusted-text.ts';
import { COULD_NOT_WORK, type ExitCode } from './exit-codes.ts';
import { makeProgram } from './program.ts';
import { processSession } from './session.ts';

/** 128 + SIGINT, as shells count it. */
const INTERRUPTED = 130;

function explain(error: unknown): string {
  const message = oneLine(error instanceof Error ? error.message : String(error));
  if (process.env.MEDIC_DEBUG === '1')
    return error instanceof Error && error.stack ? visibleLines(error.stack).join('\n') : message;
  return isNamed(error) ? `medic: ${message}` : `medic: unexpected error: ${message} (MEDIC_DEBUG=1 shows where)`;
}

/** Aborts on the first Ctrl-C, so that what is open is closed; the second one ends the process at once. */
function onInterrupt(): AbortSignal {
  const stop = new AbortController();
  const interrupt = () => {
    if (stop.signal.aborted) process.exit(INTERRUPTED);
    stop.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return stop.signal;
}

/** Runs one command line; the promise is its exit code. */
export async function run(argv: readonly string[]): Promise<number> {
  const signal = onInterrupt();
  const session = processSession(signal);
  let code: ExitCode = 0;
  try {
    const program = await makeProgram({
      session,
      end: (ended) => {
        code = ended;
      },
    });
    await program.parseAsync(argv.length > 0 ? argv : ['--help'], { from: 'user' });
    return signal.aborted ? INTERRUPTED : code;
  } catch (error) {
    if (signal.aborted) {
      session.say('medic: interrupted');
      return INTERRUPTED;
    }
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : COULD_NOT_WORK;
    session.say(explain(error));
    return COULD_NOT_WORK;
  }
}
