import { DialError } from '../network.ts';
import { type Program, tracingLine } from './program.ts';

/** A batch job: asks the app once whether it is there, works for a while, and ends. */
export const nightlyReport: Program = async (context) => {
  const log = (level: 'INFO' | 'ERROR', text: string) =>
    context.log(tracingLine(context.now(), level, 'nightly_report', text));
  const target = new URL('/health', context.env.TARGET ?? 'http://localhost:8080');
  const running = { memoryMib: () => 30, cpuMillicores: () => 25, onTerminate: () => true };
  try {
    await context.request(target, {});
  } catch (error) {
    if (!(error instanceof DialError)) throw error;
    log('ERROR', `cannot reach ${target}: ${error.message}`);
    context.exit(1);
    return running;
  }
  log('INFO', 'report begun');
  context.after(8, () => {
    log('INFO', 'report written rows=48211');
    context.exit(0);
  });
  return running;
};
