/** A process that works on a file store: argv = directory, what to do, how often. */

import { exclusively } from '#shared/files/lock.ts';
import { filesStore } from '#shared/files/store.ts';
import { StoreConflict } from '#shared/ports/store.ts';

const [dir = '', what = '', times = '1'] = process.argv.slice(2);
const store = filesStore(dir);

/** Adds one by compare-and-swap until it wins. */
async function count(): Promise<void> {
  for (;;) {
    const found = await store.read('count.json');
    if (!found) throw new Error('no count');
    try {
      await store.replace('count.json', String(Number(found.body) + 1), found.version);
      return;
    } catch (error) {
      if (!(error instanceof StoreConflict)) throw error;
    }
  }
}

if (what === 'count') for (let n = 0; n < Number(times); n++) await count();
if (what === 'die-in-lock') exclusively(dir, () => process.kill(process.pid, 'SIGKILL'));
if (what === 'put-for-ever')
  for (let n = 0; ; n++) await store.put('big.json', JSON.stringify({ n, text: String(n).repeat(200_000) }));
