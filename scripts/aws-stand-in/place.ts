import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** https://pypi.org/project/ministack: AWS's APIs in one process, without containers. */
export const MINISTACK = '1.5.33';

/** Outside the checkout, so that all clones share it. Another version is another folder. */
export const STAND_IN_DIR = join(
  process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'),
  'otlp-medic',
  `ministack-${MINISTACK}`,
);

export const PYTHON = join(STAND_IN_DIR, 'bin', 'python');

/** Written last, so that an install that was cut off does not count. */
export const INSTALLED = join(STAND_IN_DIR, 'installed');

export const isInstalled = () => existsSync(INSTALLED);
