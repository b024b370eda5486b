import type { ClusterError, ClusterFault } from '#shared/ports/cluster.ts';

/** For messages that say their remedy in the same breath. */
const BY_FAULT: Partial<Record<ClusterFault, string>> = {
  credentials: 'renew or correct the kubeconfig, or sign in again',
  dns: 'check the name of the server, and the DNS or VPN of this machine',
  connect: 'check the address, and the network between here and the API server',
  tls: "check the address, the CA, and this machine's clock",
  unauthorized: 'sign in again or renew the kubeconfig',
  forbidden: 'a Role or ClusterRole must allow it',
  timeout: 'try again; if it stays so, the API server is overloaded',
};

/** The positions of a character outside parentheses, which hold the server's own words, and followed by a space. */
function positionsOf(wanted: string, message: string): number[] {
  let depth = 0;
  return [...message].flatMap((character, index, all) => {
    if (character === '(') depth++;
    if (character === ')') depth--;
    return depth <= 0 && character === wanted && all[index + 1] === ' ' ? [index] : [];
  });
}

/**
 * The message of a ClusterError taken apart: what is wrong, and what to do, which stands behind the first semicolon, or
 * without one behind the last colon.
 */
export function explained({ message, fault }: ClusterError): { detail: string; fix: string } {
  const characters = [...message];
  const at = positionsOf(';', message)[0] ?? positionsOf(':', message).at(-1);
  const fix =
    at === undefined
      ? ''
      : characters
          .slice(at + 1)
          .join('')
          .trim();
  // A name of an error, or what a server said, is no advice.
  if (!/^\p{Ll}/u.test(fix)) return { detail: message, fix: BY_FAULT[fault] ?? 'try again' };
  return { detail: characters.slice(0, at).join(''), fix };
}
