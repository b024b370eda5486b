/** `npm run test:cluster`: runs the tier, or says in one line why it can't and what would change that. */
import { spawnSync } from 'node:child_process';
import { missing } from './components/place.ts';

const absent = missing('cluster').map(({ name }) => name);
const openssl = spawnSync('openssl', ['version']).status === 0;
if (absent.length > 0 || !openssl) {
  const why =
    absent.length > 0
      ? `${absent.join(', ')} not installed; \`npm run components -- cluster\` builds them`
      : 'openssl not installed';
  console.log(`skipped: ${why}`);
  process.exit(0);
}
const { status } = spawnSync('vitest', ['run', '--project', 'cluster', ...process.argv.slice(2)], { stdio: 'inherit' });
process.exit(status ?? 1);
