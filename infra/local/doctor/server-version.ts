import { type Check, fail, notChecked, pass, warn } from './check.ts';

/** The control plane of the cluster tests. */
const TESTED = 36;
/** Older ones run neither on EKS, extended support included, nor in our tests. */
const OLDEST = 30;
/** discovery.k8s.io/v1, without which no Service can be followed to its pods. */
const OLDEST_API = 21;

const RANGE = `supported are 1.${OLDEST} to 1.${TESTED + 1}, tested with 1.${TESTED}`;

/** kubectl's own rule, one minor version of skew, is the upper end: we cannot have seen what comes later. */
export function checkVersion(gitVersion: string): Check {
  const [, major, minorText = ''] = /^v?(\d+)\.(\d+)/.exec(gitVersion) ?? [];
  if (major === undefined) return notChecked('version', `the server's version "${gitVersion}" is none that we know`);
  const minor = Number(minorText);
  const detail = `${gitVersion}; ${RANGE}`;
  if (major !== '1' || minor > TESTED + 1) {
    return warn('version', `${gitVersion} is newer than we know; ${RANGE}`, { fix: 'look for a newer otlp-medic' });
  }
  if (minor < OLDEST_API) {
    const fix = 'upgrade the cluster';
    return fail('version', `${gitVersion} lacks discovery.k8s.io/v1; ${RANGE}`, { fix });
  }
  if (minor < OLDEST) return warn('version', `${gitVersion} is old; ${RANGE}`, { fix: 'upgrade the cluster' });
  return pass('version', detail);
}
