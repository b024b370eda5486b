import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Start time of a process, from /proc: with the process id it says which process is meant, also after a reuse of the id. */
export function startedAt(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined; // it has ended
  }
}

const isAlive = ({ pid, at }: { pid: number; at: string }) => startedAt(pid) === at;

const recorded = (dir: string) =>
  readdirSync(dir)
    .filter((file) => file.endsWith('.pid'))
    .map((file) => JSON.parse(readFileSync(join(dir, file), 'utf8')) as { pid: number; at: string });

const pause = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

/** Ends the recorded processes, takes the route away and removes the folder. Synchronous: it runs when all else ends. */
export function sweep(dir: string) {
  if (!existsSync(dir)) return;
  const processes = recorded(dir);
  // Without a grace period: what the cluster held goes with it.
  for (const each of processes.filter(isAlive)) process.kill(each.pid, 'SIGKILL');
  for (let i = 0; i < 100 && processes.some(isAlive); i++) pause(50);
  const route = join(dir, 'route');
  if (existsSync(route)) {
    try {
      execFileSync('ip', ['route', 'del', 'local', readFileSync(route, 'utf8'), 'dev', 'lo'], { stdio: 'ignore' });
    } catch (error) {
      process.stderr.write(`the route to the pods of ${dir} was gone already: ${(error as Error).message}\n`);
    }
  }
  rmSync(dir, { recursive: true, force: true });
}

/** There is a cluster in `dir`, and the process that made it is there no more. */
export function isAbandoned(dir: string): boolean {
  const owner = join(dir, 'owner');
  if (!existsSync(owner)) return false;
  return !isAlive(JSON.parse(readFileSync(owner, 'utf8')));
}
