import { execFile } from 'node:child_process';
import { join } from 'node:path';

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

export const CLI = join(import.meta.dirname, '../../infra/local/cli.ts');

/** Runs the command line as a person does, in a process of its own. */
export const medic = (args: string[], options: { cwd?: string; env?: Record<string, string> } = {}) =>
  new Promise<Ran>((resolve) => {
    const env = { ...process.env, NO_COLOR: '1', ...options.env };
    execFile(
      process.execPath,
      [CLI, ...args],
      { env, cwd: options.cwd, maxBuffer: 64 << 20 },
      (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr }),
    );
  });
