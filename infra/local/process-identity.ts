import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** One run of one process: a number alone is given again after a reboot or a while. */
export interface ProcessIdentity {
  host: string;
  pid: number;
  /** when it started, in the system's own words; absent where that cannot be told */
  started?: string | undefined;
}

function startOf(pid: number): string | undefined {
  try {
    // Field 22, counted after the command's name, which may hold spaces and parentheses.
    if (process.platform === 'linux')
      return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').pop()?.split(' ')[19];
    if (process.platform === 'win32') return undefined;
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return undefined; // it is gone, or the system does not tell
  }
}

export const thisProcess = (): ProcessIdentity => ({
  host: hostname(),
  pid: process.pid,
  started: startOf(process.pid),
});

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Of another machine nothing can be known, so its processes count as alive. */
export function isAlive({ host, pid, started }: ProcessIdentity): boolean {
  if (host !== hostname()) return true;
  return exists(pid) && (started === undefined || startOf(pid) === started);
}
