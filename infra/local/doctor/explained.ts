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

/** Where the first "; " outside parentheses is, which hold the server's own words. */
function joint(message: string): number {
  let depth = 0;
  for (const [index, character] of [...message].entries()) {
    if (character === '(') depth++;
    if (character === ')') depth--;
    if (depth <= 0 && character === ';') return index;
  }
  return -1;
}

/** The message of a ClusterError taken apart: what is wrong, and what to do. */
export function explained({ message, fault }: ClusterError): { detail: string; fix: string } {
  const characters = [...message];
  const at = joint(message);
  if (at < 0) return { detail: message, fix: BY_FAULT[fault] ?? 'try again' };
  return {
    detail: characters.slice(0, at).join(''),
    fix: characters
      .slice(at + 1)
      .join('')
      .trim(),
  };
}
