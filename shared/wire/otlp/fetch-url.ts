import type { HttpAnswer } from '#shared/otlp/answer.ts';
import type { Guard } from './address-guard.ts';
import { type Address, type Lookup, resolve, systemLookup, type TlsMaterial, type Tried } from './dial.ts';
import { httpCall } from './http-call.ts';

export interface UrlCall {
  material: TlsMaterial;
  timeoutMs: number;
  signal: AbortSignal;
  guard: Guard;
  /** default: that of the system */
  lookup?: Lookup;
  accept?: string;
  headers?: Record<string, string>;
  /** takes any certificate */
  unverified?: boolean;
  /** makes it a POST of JSON */
  body?: Buffer;
  mostBytes?: number;
  /** another way for some URLs than the network of this process; undefined = it does not lead there */
  instead?: (url: URL, call: UrlCall) => Promise<Tried<HttpAnswer>> | undefined;
}

/** No connection came about, so that another address may do better. */
const NOT_CONNECTED = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT']);

const MOST_ADDRESSES = 8;

/** IPv4 first: a server bound to one family alone is most often bound to that. */
const inTurn = (addresses: readonly Address[]): Address[] =>
  addresses.toSorted((a, b) => a.family - b.family).slice(0, MOST_ADDRESSES);

/** A request beside the endpoint itself, under the same rules: resolved once, guarded, no redirect followed. */
export async function fetchUrl(written: string, call: UrlCall): Promise<Tried<HttpAnswer>> {
  const url = URL.parse(written);
  if (!url || !/^https?:$/.test(url.protocol))
    return { fault: { code: 'EINVAL', message: 'it is no http:// or https:// URL' } };
  return (await call.instead?.(url, call)) ?? (await fetchDirect(url, call));
}

async function fetchDirect(url: URL, call: UrlCall): Promise<Tried<HttpAnswer>> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const tls = url.protocol === 'https:';
  const found = await resolve(host, call.timeoutMs, call.lookup ?? systemLookup);
  if ('fault' in found) return found;
  let answer: Tried<HttpAnswer> = { fault: { code: 'ENOTFOUND', message: `${host} has no address` } };
  for (const address of inTurn(found.value)) {
    const refused = call.guard(address.address);
    if (refused) return { fault: { code: 'EACCES', message: refused.detail } };
    answer = await httpCall({
      method: call.body ? 'POST' : 'GET',
      tls,
      host,
      port: Number(url.port) || (tls ? 443 : 80),
      address,
      path: `${url.pathname}${url.search}`,
      headers: {
        ...(call.accept !== undefined && { accept: call.accept }),
        ...(call.body && { 'content-type': 'application/json' }),
        ...call.headers,
      },
      ...(call.body && { body: call.body }),
      material: call.material,
      timeoutMs: call.timeoutMs,
      signal: call.signal,
      ...(call.mostBytes !== undefined && { mostBytes: call.mostBytes }),
      ...(call.unverified && { unverified: true }),
    });
    if (!('fault' in answer && NOT_CONNECTED.has(answer.fault.code))) break;
  }
  return answer;
}
