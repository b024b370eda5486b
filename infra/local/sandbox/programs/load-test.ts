import { type Program, tracingLine } from './program.ts';

/** A client that posts batches to the app again and again. */
export const loadTest: Program = (context) => {
  const log = (level: 'INFO' | 'WARN', text: string) =>
    context.log(tracingLine(context.now(), level, 'load_test', text));
  const target = new URL('/ingest', context.env.TARGET ?? 'http://localhost:8080');
  log('INFO', `sending batches to ${target}`);
  context.every(10, async () => {
    const headers = { 'content-type': 'application/json' };
    try {
      const { status } = await context.request(target, { method: 'POST', headers, body: '[1,2,3]' });
      if (status !== 202) log('WARN', `batch refused status=${status}`);
    } catch (error) {
      log('WARN', `batch not sent: ${error instanceof Error ? error.message : error}`);
    }
  });
  return { memoryMib: () => 18, cpuMillicores: () => 40, onTerminate: () => true };
};
