import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Milliseconds to wait for another process; its critical sections take about one. */
const WAIT = 10_000;

/**
 * Runs `section` while no other process is in one for the same directory. The lock is SQLite's write lock on an empty
 * database: the operating system itself frees it when its holder is killed, which no lock file of our own could do
 * without a guess about time. `section` is synchronous, so that no other work of this process gets between.
 */
export function exclusively<T>(dir: string, section: () => T): T {
  const lock = new DatabaseSync(join(dir, '.lock'), { timeout: WAIT });
  try {
    lock.exec('BEGIN IMMEDIATE');
    try {
      return section();
    } finally {
      lock.exec('ROLLBACK');
    }
  } finally {
    lock.close();
  }
}
