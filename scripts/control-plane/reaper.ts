/**
 * Outlives the process that started a cluster by one moment: its standard input ends with that process, however it
 * ended, and then nothing of the cluster may stay. `node reaper.ts DIR`
 */
import { sweep } from './remains.ts';

const [dir = ''] = process.argv.slice(2);
process.stdin.resume();
process.stdin.on('end', () => {
  sweep(dir);
  process.exit(0);
});
