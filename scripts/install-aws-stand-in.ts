/**
 * Installs the AWS stand-in of `npm run test:aws` into a Python environment of its own: `npm run aws-stand-in`.
 * Some ten seconds once; afterwards it does nothing. Exit code 2 where Python or its registry is absent.
 */
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { INSTALLED, isInstalled, MINISTACK, PYTHON, STAND_IN_DIR } from './aws-stand-in/place.ts';

function must(what: string, command: string, args: string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status === 0) return;
  const why = error?.message ?? stderr.trim().split('\n').at(-1) ?? `exit code ${status}`;
  console.error(`skipped: ${what}: ${why}`);
  process.exit(2);
}

if (!isInstalled()) {
  rmSync(STAND_IN_DIR, { recursive: true, force: true });
  must('Python 3 with venv is not installed', 'python3', ['-m', 'venv', STAND_IN_DIR]);
  const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `ministack==${MINISTACK}`];
  must(`ministack ${MINISTACK} cannot be installed`, PYTHON, install);
  writeFileSync(INSTALLED, `${MINISTACK}\n`);
}
console.error(`the AWS stand-in is in ${STAND_IN_DIR}`);
