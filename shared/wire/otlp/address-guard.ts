import { BlockList, isIPv6 } from 'node:net';
import type { Vantage } from '#shared/domain/probe-result.ts';
import type { Found } from '#shared/otlp/codes.ts';

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

/** RFC 1918, 6598 and 4193. */
const PRIVATE = new BlockList();
PRIVATE.addSubnet('10.0.0.0', 8, 'ipv4');
PRIVATE.addSubnet('172.16.0.0', 12, 'ipv4');
PRIVATE.addSubnet('192.168.0.0', 16, 'ipv4');
PRIVATE.addSubnet('100.64.0.0', 10, 'ipv4');
PRIVATE.addSubnet('fc00::', 7, 'ipv6');

const EMBEDDED = /^(?:::ffff:|64:ff9b::)/i;

/** IPv4 inside IPv6 is the same place; BlockList itself knows the mapped form, translated ones are unwrapped here. */
function isIn(list: BlockList, address: string): boolean {
  const family = isIPv6(address) ? 'ipv6' : 'ipv4';
  if (list.check(address, family)) return true;
  if (!EMBEDDED.test(address)) return false;
  const { hostname } = new URL(`http://[${address}]`);
  const [high = '0', low = '0'] = hostname.slice(1, -1).split(':').slice(-2);
  const [a, b] = [Number.parseInt(high || '0', 16), Number.parseInt(low || '0', 16)];
  return list.check(`${a >> 8}.${a & 255}.${b >> 8}.${b & 255}`, 'ipv4');
}

export const isPrivate = (address: string): boolean => isIn(PRIVATE, address);

/** Why a connection to an address is not made; undefined where it may be. */
export type Guard = (address: string) => Found | undefined;

export const noGuard: Guard = () => undefined;

/**
 * Of a deployed probe. A private address is as good as another where the endpoint's vantage says that it is meant;
 * otherwise a name whose record was changed would lead into the network of the functions.
 */
export const deployedGuard =
  ({ inVpc, vantage }: { inVpc: boolean; vantage: Vantage }): Guard =>
  (address) => {
    if (isIn(REFUSED, address)) {
      const detail = `${address} is a loopback or link-local address: a deployed probe does not connect there`;
      return { code: 'endpoint-url-invalid', detail };
    }
    if (!isPrivate(address)) return undefined;
    if (!inVpc)
      return {
        code: 'prober-fault',
        detail: `${address} is a private address, which functions outside a VPC do not reach: name their subnets (vpc) and give the endpoint vantage: 'vpc' or 'apiserver' in medic.config.ts`,
      };
    if (vantage === 'vpc') return undefined;
    return {
      code: 'endpoint-url-invalid',
      detail: `${address} is a private address: give the endpoint vantage: 'vpc' in medic.config.ts if that is meant`,
    };
  };
