import type { HttpAnswer } from '#shared/otlp/answer.ts';
import { isRefused } from './address-guard.ts';
import { resolve, type TlsMaterial, type Tried } from './dial.ts';
import { httpCall } from './http-call.ts';

export interface UrlCall {
  material: TlsMaterial;
  timeoutMs: number;
  signal: AbortSignal;
  deployed: boolean;
  accept?: string;
  mostBytes?: number;
}

/** A GET beside the endpoint itself, under the same rules: resolved once, guarded, no redirect followed. */
export async function fetchUrl(written: string, call: UrlCall): Promise<Tried<HttpAnswer>> {
  const url = URL.parse(written);
  if (!url || !/^https?:$/.test(url.protocol))
    return { fault: { code: 'EINVAL', message: 'it is no http:// or https:// URL' } };
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const tls = url.protocol === 'https:';
  const found = await resolve(host, call.timeoutMs);
  if ('fault' in found) return found;
  // IPv4 first: a server bound to one family alone is most often bound to that.
  const [address] = found.value.toSorted((a, b) => a.family - b.family);
  if (!address) return { fault: { code: 'ENOTFOUND', message: `${host} has no address` } };
  if (call.deployed && isRefused(address.address))
    return { fault: { code: 'EACCES', message: `${address.address} is a loopback or link-local address` } };
  return await httpCall({
    method: 'GET',
    tls,
    host,
    port: Number(url.port) || (tls ? 443 : 80),
    address,
    path: `${url.pathname}${url.search}`,
    headers: call.accept === undefined ? {} : { accept: call.accept },
    material: call.material,
    timeoutMs: call.timeoutMs,
    signal: call.signal,
    ...(call.mostBytes !== undefined && { mostBytes: call.mostBytes }),
  });
}
