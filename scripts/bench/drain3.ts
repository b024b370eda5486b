import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** https://pypi.org/project/drain3: the template miner that most take. */
const VERSION = '0.9.11';
/** Outside the checkout, so that all clones share it. */
const FOLDER = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'otlp-medic', `drain3-${VERSION}`);
const PYTHON = join(FOLDER, 'bin', 'python');
/** Written last, so that an install that was cut off does not count. */
const INSTALLED = join(FOLDER, 'installed');

export interface DrainCost {
  seconds: number;
  lines: number;
  templates: number;
}

/** Installs Drain3 into an environment of its own, once; why not, where that fails. */
export function drainMissing(): string | undefined {
  if (existsSync(INSTALLED)) return undefined;
  rmSync(FOLDER, { recursive: true, force: true });
  const why =
    failure('python3', ['-m', 'venv', FOLDER]) ??
    failure(PYTHON, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `drain3==${VERSION}`]);
  if (why === undefined) writeFileSync(INSTALLED, `${VERSION}\n`);
  return why && `Drain3 ${VERSION} is absent: ${why}; it needs Python 3 with venv, and PyPI once`;
}

function failure(command: string, args: string[]): string | undefined {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  return status === 0 ? undefined : (error?.message ?? stderr.trim().split('\n').at(-1) ?? `exit code ${status}`);
}

/** What Drain3 takes for the lines of this file. */
export function drainCost(file: string): DrainCost {
  const { status, stdout, stderr } = spawnSync(PYTHON, [join(import.meta.dirname, 'mine_with_drain3.py'), file], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`Drain3 ended with ${status}: ${stderr.trim().split('\n').at(-1)}`);
  return JSON.parse(stdout) as DrainCost;
}
