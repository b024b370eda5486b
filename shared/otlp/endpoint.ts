import type { OtlpProtocol, Signal } from '#shared/domain/probe-result.ts';
import type { Found } from './codes.ts';
import { SIGNALS } from './messages.ts';

export interface Endpoint {
  /** without userinfo, for people */
  shown: string;
  tls: boolean;
  /** without brackets */
  host: string;
  port: number;
  /** of the base URL, as it is written */
  basePath: string;
  /** `Authorization` that the URL itself carries */
  authorization?: string;
}

const SIGNAL_PATH = /\/v1\/(traces|metrics|logs)\/?$/;
const invalid = (detail: string): Found => ({ code: 'endpoint-url-invalid', detail });

/** The header of userinfo; undefined where it is not percent-encoded. */
function basic({ username, password }: URL): string | undefined {
  try {
    const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return `Basic ${Buffer.from(pair).toString('base64')}`;
  } catch {
    return undefined;
  }
}

/** What is written, for people, whether it is a URL or not: all before the last @ may be a password. */
export function withoutUserinfo(written: string): string {
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(written)?.[0] ?? '';
  return scheme + written.slice(Math.max(scheme.length, written.lastIndexOf('@') + 1));
}

/** What can be said of the endpoint before anything is sent. */
export function lintEndpoint(
  written: string,
  protocol: OtlpProtocol,
): { endpoint: Endpoint; found?: Found; note: string } | { found: Found } {
  const text = written.trim();
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text))
    return {
      found: invalid(
        `"${withoutUserinfo(text).slice(0, 80)}" has no scheme: some exporters take it as TLS, some as plaintext, some ignore it`,
      ),
    };
  const url = URL.parse(text);
  if (!url) return { found: invalid(`"${withoutUserinfo(text).slice(0, 80)}" is no URL`) };
  if (url.port === '0') return { found: invalid('port 0 is none that can be connected to') };
  const { protocol: scheme, hostname, username } = url;
  if (scheme !== 'http:' && scheme !== 'https:')
    return { found: invalid(`scheme "${scheme.slice(0, -1)}" is not one of http and https`) };
  if (url.search || url.hash) return { found: invalid('a base URL has no query and no fragment') };
  const authorization = username === '' ? undefined : basic(url);
  if (username !== '' && authorization === undefined)
    return { found: invalid('its user or password is not percent-encoded: write % as %25') };
  const tls = scheme === 'https:';
  const port = Number(url.port) || (tls ? 443 : 80);
  const endpoint: Endpoint = {
    shown: `${scheme}//${url.host}${url.pathname === '/' ? '' : url.pathname}`,
    tls,
    host: hostname.replace(/^\[|\]$/g, ''),
    port,
    basePath: url.pathname,
    ...(authorization !== undefined && { authorization }),
  };
  const doubled = SIGNAL_PATH.exec(url.pathname)?.[0];
  if (doubled && protocol !== 'grpc')
    return {
      endpoint,
      found: invalid(`the base URL ends in ${doubled}: each signal's path is appended to it, ${doubled}${doubled}`),
      note: '',
    };
  if (url.pathname.includes('//'))
    return { endpoint, found: { code: 'endpoint-double-slash', detail: `path ${url.pathname}` }, note: '' };
  const usual = protocol === 'grpc' ? 4317 : 4318;
  const other = protocol === 'grpc' ? 4318 : 4317;
  const notes = [
    port === other ? `port ${port} is the usual one of ${protocol === 'grpc' ? 'http' : 'grpc'}` : `port ${port}`,
    port !== usual && port !== other && `(usual: ${usual})`,
    protocol === 'grpc' && url.pathname !== '/' && `gRPC ignores the path ${url.pathname}`,
  ];
  return { endpoint, note: `${protocol}, ${notes.filter(Boolean).join(' ')}` };
}

/** Where one signal goes over HTTP; a trailing slash of the base is no second one. */
export const pathOf = ({ basePath }: Endpoint, signal: Signal): string =>
  `${basePath.replace(/\/$/, '')}${SIGNALS[signal].path}`;
