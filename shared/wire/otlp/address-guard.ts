import { BlockList, isIPv6 } from 'node:net';

/**
 * What a deployed probe never connects to: itself, the metadata services of its host, and addresses that mean "here".
 * 169.254.169.254 and fd00:ec2::254 hand out credentials.
 */
const REFUSED = new BlockList();
REFUSED.addSubnet('0.0.0.0', 8, 'ipv4');
REFUSED.addSubnet('127.0.0.0', 8, 'ipv4');
REFUSED.addSubnet('169.254.0.0', 16, 'ipv4');
REFUSED.addAddress('::', 'ipv6');
REFUSED.addAddress('::1', 'ipv6');
REFUSED.addSubnet('fe80::', 10, 'ipv6');
REFUSED.addAddress('fd00:ec2::254', 'ipv6');
REFUSED.addAddress('fd00:ec2::23', 'ipv6');

const EMBEDDED = /^(?:::ffff:|64:ff9b::)/i;

/** IPv4 inside IPv6 is the same place; BlockList itself knows the mapped form, translated ones are unwrapped here. */
export function isRefused(address: string): boolean {
  const family = isIPv6(address) ? 'ipv6' : 'ipv4';
  if (REFUSED.check(address, family)) return true;
  if (!EMBEDDED.test(address)) return false;
  const { hostname } = new URL(`http://[${address}]`);
  const [high = '0', low = '0'] = hostname.slice(1, -1).split(':').slice(-2);
  const [a, b] = [Number.parseInt(high || '0', 16), Number.parseInt(low || '0', 16)];
  return REFUSED.check(`${a >> 8}.${a & 255}.${b >> 8}.${b & 255}`, 'ipv4');
}
