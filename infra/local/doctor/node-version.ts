import { type Check, fail, pass } from './check.ts';

/** The first that runs TypeScript unbuilt and is supported for years; `engines` of package.json says the same. */
const OLDEST_MAJOR = 24;

/** The Node that runs this. */
export function checkNode(version: string): Check {
  if (Number.parseInt(version, 10) >= OLDEST_MAJOR) return pass('node', `v${version}`);
  return fail('node', `v${version} is older than ${OLDEST_MAJOR}`, {
    fix: `use "npx medic", which brings Node ${OLDEST_MAJOR} along after "npm ci", or install Node ${OLDEST_MAJOR}`,
  });
}
