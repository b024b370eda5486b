/** `npm run test:aws`: runs the tier, or says in one line why it can't and what would change that. */
import { spawnSync } from 'node:child_process';
import { isInstalled, MINISTACK } from './aws-stand-in/place.ts';
import { missing } from './components/place.ts';

if (!isInstalled()) {
  console.log(`skipped: ministack ${MINISTACK} not installed; \`npm run aws-stand-in\` installs it (needs Python 3)`);
  process.exit(0);
}
const absent = missing('cluster').map(({ name }) => name);
if (absent.length > 0)
  console.log(
    `skipped: the deployed flow: ${absent.join(', ')} not installed; \`npm run components -- cluster\` builds them`,
  );
const { status } = spawnSync('vitest', ['run', '--project', 'aws', ...process.argv.slice(2)], { stdio: 'inherit' });
process.exit(status ?? 1);
