import type { ExitCode } from './exit-codes.ts';
import type { Session } from './session.ts';

/** What each command gets: the process it runs in, and where to leave its exit code. */
export interface Running {
  session: Session;
  end(code: ExitCode): void;
}
