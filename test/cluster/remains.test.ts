import { spawn } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { startedAt } from '../../scripts/control-plane/remains.ts';

const SCRIPT = join(import.meta.dirname, '../../scripts/cluster.ts');

it('a cluster whose owner is killed leaves no process and no file behind', async () => {
  const owner = spawn(process.execPath, [SCRIPT], { stdio: ['ignore', 'pipe', 'ignore'] });
  const kubeconfig = await new Promise<string>((resolve) => {
    owner.stdout.setEncoding('utf8').once('data', (text: string) => resolve(text.trim()));
  });
  const dir = dirname(kubeconfig);
  const pids = globSync('*.pid', { cwd: dir }).map((file) => JSON.parse(readFileSync(join(dir, file), 'utf8')));
  const alive = () => pids.filter(({ pid, at }: { pid: number; at: string }) => startedAt(pid) === at).length;
  expect(alive()).toBe(6);
  owner.kill('SIGKILL');
  await expect.poll(alive, { timeout: 15_000 }).toBe(0);
  await expect.poll(() => existsSync(dir), { timeout: 15_000 }).toBe(false);
});
