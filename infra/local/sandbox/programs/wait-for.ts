import { DialError } from '../network.ts';
import { type Program, tracingLine } from './program.ts';

const EVERY_SECONDS = 2;
const PATIENCE_SECONDS = 20;

/** An init container's program: ends well as soon as the URL of its first argument answers, and badly when it never does. */
export const waitFor: Program = async (context) => {
  const log = (level: 'ERROR' | 'INFO', text: string) =>
    context.log(tracingLine(context.now(), level, 'wait_for', text));
  const target = new URL(context.args[0] ?? 'http://localhost');
  let left = PATIENCE_SECONDS / EVERY_SECONDS;
  const attempt = async (): Promise<void> => {
    try {
      await context.request(target, {});
      log('INFO', `${target.host} answers`);
      context.exit(0);
    } catch (error) {
      if (!(error instanceof DialError)) throw error;
      left -= 1;
      log(
        left > 0 ? 'INFO' : 'ERROR',
        `${left > 0 ? 'waiting for' : 'gave up waiting for'} ${target.host}: ${WHY[error.fault]}`,
      );
      if (left > 0) context.after(EVERY_SECONDS, attempt);
      else context.exit(1);
    }
  };
  context.after(0.2, attempt);
  return { memoryMib: () => 3, cpuMillicores: () => 1, onTerminate: () => true };
};

const WHY: Readonly<Record<DialError['fault'], string>> = {
  dns: 'no such host',
  'dns-timeout': 'i/o timeout',
  refused: 'connection refused',
  timeout: 'i/o timeout',
};
