import { Session } from 'node:inspector/promises';
import { setFlagsFromString } from 'node:v8';

const COMPILERS = ['opt', 'maglev'];

/**
 * How often each function and block of the files was executed while `work` ran, as V8 counts them for coverage: the same
 * on every machine. By file, function and the place of the block.
 */
export async function executionsOf(files: RegExp, work: () => void): Promise<Map<string, number>> {
  // Optimized code does not count what it has inlined.
  for (const flag of COMPILERS) setFlagsFromString(`--no-${flag}`);
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
    work();
    const { result } = await session.post('Profiler.takePreciseCoverage');
    await session.post('Profiler.stopPreciseCoverage');
    const counts = new Map<string, number>();
    for (const { url, functions } of result) {
      if (!files.test(url)) continue;
      for (const { functionName, ranges } of functions)
        for (const { startOffset, endOffset, count } of ranges)
          counts.set(`${url.replace(/^.*\/(?=shared\/)/, '')} ${functionName} ${startOffset}-${endOffset}`, count);
    }
    return counts;
  } finally {
    session.disconnect();
    for (const flag of COMPILERS) setFlagsFromString(`--${flag}`);
  }
}
