import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dieAndGoOn } from '#test/support/die-and-go-on.ts';
import { flowLab } from '#test/support/flow-lab.ts';

const SCRIPT = join(import.meta.dirname, '..', '..', 'support', 'flow-process.ts');

const run = (...args: string[]) =>
  new Promise<{ signal: string | null; stdout: string }>((resolve) => {
    execFile(process.execPath, [SCRIPT, ...args], (error, stdout) =>
      resolve({ signal: (error as { signal?: string } | null)?.signal ?? null, stdout }),
    );
  });

describe('a P0 flow that dies and is started again', () => {
  // All of them take a minute: test/deep.
  // 7: a notice is claimed and not sent; 8: it is sent and not recorded; 25: the restart is in the incident and not on
  // the timeline.
  it.each([2, 3, 7, 8, 'after-patch', 25] as const)('loses and doubles nothing when it dies: %s', async (death) => {
    expect(await dieAndGoOn(death)).toBe(true);
  });

  it('goes on after a real SIGKILL between its restart and the record of it, though the next trigger is another one', async () => {
    await using lab = await flowLab();
    const about = [lab.cluster.url, lab.out, lab.cluster.clock.now().toISOString()];
    const killed = await run(...about, 'mortal');
    expect(killed.signal).toBe('SIGKILL');
    expect(lab.cluster.patches).toHaveLength(1); // done, and not yet recorded
    const again = await run(...about, 'immortal');
    expect(JSON.parse(again.stdout)).toMatchObject({
      status: 'SUCCEEDED',
      resumed: true,
      output: { outcome: 'recovered' },
    });
    expect(lab.cluster.patches).toHaveLength(1);
  }, 30_000);
});
