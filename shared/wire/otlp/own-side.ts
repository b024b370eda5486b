import { getServers, promises } from 'node:dns';
import { networkInterfaces } from 'node:os';
import type { Witness } from '#shared/otlp/clocks.ts';
import { isPrivate, noGuard } from './address-guard.ts';
import { type Address, dial, faultOf, type Lookup, resolve, systemLookup } from './dial.ts';
import { fetchUrl } from './fetch-url.ts';

/** A resolver, an API or a route that works answers well within this; it is asked only where something has failed. */
const ASK_MS = 2000;

/** What this side can say of its own resolver, network and clock. */
export interface OwnSide {
  lookup: Lookup;
  /** `IP` or `IP:PORT` of the name servers that this machine asks */
  nameServers(): string[];
  /** whether any interface but the loopback is up */
  isConnected(): boolean;
  /** its variables: exporters may go through a proxy that they name */
  environment: Readonly<Record<string, string | undefined>>;
  /** URL of what resolves, answers and tells the right time wherever the prober may run; absent where nothing does */
  landmark?: string;
}

export const ownSide: OwnSide = {
  lookup: systemLookup,
  nameServers: getServers,
  isConnected: () =>
    Object.values(networkInterfaces())
      .flat()
      .some((one) => one && !one.internal),
  environment: process.env,
};

const hostOf = (url: string) => new URL(url).hostname;

/** A server that refuses or fails a question has answered it; these have not. */
const NO_ANSWER = new Set(['ETIMEOUT', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ECONNRESET']);

/** Why nothing came of asking a name server for what every one of them knows, the root; undefined where it answers. */
async function silenceOf(server: string): Promise<string | undefined> {
  const resolver = new promises.Resolver({ timeout: ASK_MS / 2, tries: 1 });
  try {
    resolver.setServers([server]);
    await resolver.resolveNs('.');
  } catch (error) {
    const { code } = faultOf(error);
    if (NO_ANSWER.has(code)) return `${server} (${code})`;
  }
  return undefined;
}

/**
 * Whose fault it is that a name did not resolve: `fault` is what is wrong here, `works` what shows that nothing is. Both
 * may stay open.
 */
export async function judgeResolver(side: OwnSide): Promise<{ fault?: string; works?: string }> {
  if (side.landmark !== undefined) {
    const host = hostOf(side.landmark);
    const found = await resolve(host, ASK_MS, side.lookup);
    return 'fault' in found
      ? { fault: `the resolver of this side does not know ${host} either (${found.fault.message})` }
      : { works: `${host} resolves` };
  }
  const servers = side.nameServers();
  const silent = (await Promise.all(servers.map(silenceOf))).filter((one) => one !== undefined);
  if (servers.length > 0 && silent.length === servers.length)
    return { fault: `no name server of this side answers: ${silent.join(', ')}` };
  return servers.length > 0 ? { works: `the name servers of this side answer (${servers.join(', ')})` } : {};
}

/** What is wrong with this side's own way to an address that does not answer; undefined where nothing is known to be. */
export async function networkFault(side: OwnSide, { address }: Address): Promise<string | undefined> {
  if (address.startsWith('127.') || address === '::1') return undefined;
  if (!side.isConnected()) return 'no network interface of this side is up but the loopback';
  // A private address is reached by routes of its own: that others cannot be reached says nothing about it.
  if (side.landmark === undefined || isPrivate(address)) return undefined;
  const { hostname, port, protocol } = new URL(side.landmark);
  const found = await resolve(hostname, ASK_MS, side.lookup);
  const there = 'value' in found ? found.value.filter((one) => !isPrivate(one.address)) : [];
  const tried = await Promise.all(
    there.map((one) => dial(one, Number(port) || (protocol === 'https:' ? 443 : 80), ASK_MS)),
  );
  for (const one of tried) if ('value' in one) one.value.close();
  if (tried.length === 0 || tried.some((one) => 'value' in one)) return undefined;
  return `${hostname} cannot be reached from this side either: functions in subnets need a NAT gateway for what is public`;
}

/** The time of the landmark, where there is one that answers. */
export async function landmarkTime(side: OwnSide): Promise<Witness | undefined> {
  if (side.landmark === undefined) return undefined;
  const signal = AbortSignal.timeout(ASK_MS);
  // Where the clock is wrong no certificate holds.
  const call = { material: {}, unverified: true, timeoutMs: ASK_MS, signal, guard: noGuard, lookup: side.lookup };
  const answer = await fetchUrl(side.landmark, call);
  const at = 'value' in answer ? new Date(answer.value.headers.date ?? '') : undefined;
  return at && !Number.isNaN(at.getTime()) ? { who: hostOf(side.landmark), at } : undefined;
}
