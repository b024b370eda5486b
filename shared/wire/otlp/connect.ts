import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Vantage } from '#shared/domain/probe-result.ts';
import type { Found } from '#shared/otlp/codes.ts';
import type { Endpoint } from '#shared/otlp/endpoint.ts';
import { proxyVariable } from '#shared/otlp/env-proxy.ts';
import type { RungReport } from '#shared/otlp/ladder-result.ts';
import { isOwnFault, networkFound, type SocketFault } from '#shared/otlp/network-faults.ts';
import { ownFault } from '#shared/otlp/own-fault.ts';
import { isPrivate } from './address-guard.ts';
import { type Address, dial, type Idle } from './dial.ts';
import { networkFault, type OwnSide } from './own-side.ts';

/** Route 53 gives out eight; a headless Service of a hundred pods needs no hundred connections. */
const MOST_ADDRESSES = 8;
/** Once one address is open the others get as long as a lost SYN and its repetition (1 s, RFC 6298) take. */
const OTHERS_MS = 1500;

interface Lost {
  address: Address;
  fault: SocketFault;
}

/** All tried at once; both lists are in the order of the resolver. */
async function connectAll(addresses: readonly Address[], port: number, limitMs: number) {
  const done = new AbortController();
  const enough = new AbortController();
  const afterTheFirst = async () => {
    await sleep(OTHERS_MS, undefined, { signal: done.signal }).catch(() => undefined);
    enough.abort();
  };
  const tried = await Promise.all(
    addresses.map(async (address) => {
      const result = await dial(address, port, limitMs, enough.signal);
      if ('value' in result) void afterTheFirst();
      return { address, result };
    }),
  );
  done.abort();
  return {
    open: tried.flatMap(({ result }) => ('value' in result ? [result.value] : [])),
    lost: tried.flatMap(({ address, result }): Lost[] => ('fault' in result ? [{ address, fault: result.fault }] : [])),
  };
}

const isLoopback = ({ address }: Address) => address === '::1' || address.startsWith('127.');

/** A whole family that fails beside one that works. That of a loopback name is a habit of hosts files, no fault. */
function splitFound(lost: readonly Lost[], open: readonly Idle[], works: Idle): Found | undefined {
  const [split] = lost.filter(
    ({ address }) => !isLoopback(address) && open.every((one) => one.address.family !== address.family),
  );
  if (!split) return undefined;
  const detail = `IPv${split.address.family} fails (${split.fault.message}), ${works.address.address} works`;
  return { code: 'address-family-split', detail };
}

/** Single addresses that fail beside others of their family: exporters go on to the next one, at the price of the try. */
function flawOf(lost: readonly Lost[], open: readonly Idle[]): string | undefined {
  const beside = lost.filter(({ address }) => open.some((one) => one.address.family === address.family));
  if (beside.length === 0) return undefined;
  const named = beside.map(({ address, fault }) => `${address.address} (${fault.message})`).join(', ');
  return `${beside.length} of ${lost.length + open.length} addresses ${beside.length > 1 ? 'fail' : 'fails'}: ${named}`;
}

/** The first eight addresses, tried at once; the first of the resolver that works is used. */
export async function connectRung(
  endpoint: Endpoint,
  addresses: readonly Address[],
  { limitMs, vantage, side }: { limitMs: number; vantage: Vantage; side: OwnSide },
): Promise<{ report: RungReport; idle?: Idle }> {
  const { host, port } = endpoint;
  const started = performance.now();
  const chosen = addresses.slice(0, MOST_ADDRESSES);
  const { open, lost } = await connectAll(chosen, port, limitMs);
  const report = { name: 'connect' as const, durationMs: performance.now() - started, detail: '' };
  const [idle, ...others] = open;
  for (const other of others) other.close();
  // A family that this machine does not have says nothing about the target.
  const theirs = lost.filter(({ fault }) => !isOwnFault(fault));
  if (!idle) {
    const fault = (theirs[0] ?? lost[0])?.fault ?? { code: 'ENOTFOUND', message: `${host} has no address` };
    const found = networkFound(fault, { host });
    const [first] = chosen;
    const own = first && found.code === 'connect-timeout' ? await networkFault(side, first) : undefined;
    if (own !== undefined) return { report: { ...report, found: ownFault(`${own} (${fault.message})`) } };
    if (theirs.length > 1) found.detail += `; none of its ${theirs.length} addresses takes a connection`;
    const fromVpc = vantage === 'vpc' && found.code === 'connect-timeout' && !isPrivate(first?.address ?? '');
    if (fromVpc) found.detail += '; from inside a VPC a public address needs a NAT gateway';
    const proxy = proxyVariable(side.environment, endpoint);
    if (proxy)
      found.detail += `; ${proxy} is set here: exporters that honour it go through that proxy, this probe does not`;
    return { report: { ...report, found } };
  }
  const split = splitFound(theirs, open, idle);
  if (split) return { report: { ...report, found: split }, idle };
  const flaw = flawOf(theirs, open);
  const detail = `${idle.address.address}:${port} in ${Math.round(idle.tookMs)} ms`;
  return { report: { ...report, detail, durationMs: idle.tookMs, ...(flaw !== undefined && { flaw }) }, idle };
}
