import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

export const CLI = join(import.meta.dirname, '..', '..', 'infra', 'local', 'cli.ts');

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the real command line in a process of its own, without a terminal and without the caller's cluster. */
export async function medic(
  args: string[],
  options: { cwd?: string; env?: Record<string, string>; stdin?: string } = {},
): Promise<Ran> {
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd: options.cwd ?? process.cwd(),
    env: { PATH: process.env.PATH, HOME: '/nonexistent', NO_COLOR: '1', ...options.env },
  });
  child.stdin.end(options.stdin ?? '');
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.on('close', resolve)),
  ]);
  return { code, stdout, stderr };
}
