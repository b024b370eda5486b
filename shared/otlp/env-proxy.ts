import type { Endpoint } from './endpoint.ts';

const ALL = /^all_proxy$/i;

/** Whether NO_PROXY names the host: itself, a domain that it is in, or everything. */
function isExempt(host: string, noProxy: string): boolean {
  const names = noProxy.split(',').map((one) => one.trim().replace(/^\*?\./, ''));
  return names.some((name) => name === '*' || name === host || (name !== '' && host.endsWith(`.${name}`)));
}

/**
 * The variable of the environment that sends exporters in Go, Rust and Python through a proxy on their way to an endpoint;
 * this prober goes by none. Undefined where none does.
 */
export function proxyVariable(
  environment: Readonly<Record<string, string | undefined>>,
  { tls, host }: Pick<Endpoint, 'tls' | 'host'>,
): string | undefined {
  const scheme = tls ? /^https_proxy$/i : /^http_proxy$/i;
  const set = Object.keys(environment).filter((name) => environment[name]);
  const noProxy = set.find((name) => /^no_proxy$/i.test(name));
  if (isExempt(host, (noProxy && environment[noProxy]) ?? '')) return undefined;
  return set.find((name) => scheme.test(name)) ?? set.find((name) => ALL.test(name));
}
