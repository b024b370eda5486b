import type { RungName } from '#shared/domain/probe-result.ts';
import { words } from './answer.ts';
import type { Found, ProbeCodeName } from './codes.ts';

/** Go's words for what became of the API server's own connection, and for what it did not find. */
const BY_WORDS: readonly [RegExp, RungName, ProbeCodeName][] = [
  [/^(services|pods) "[^"]*" not found/, 'resolve', 'dns-not-found'],
  [/^no endpoints available for service|^no service port/, 'connect', 'connection-refused'],
  [/connection refused/, 'connect', 'connection-refused'],
  [
    /i\/o timeout|deadline exceeded|no route to host|(host|network) is (unreachable|down)/,
    'connect',
    'connect-timeout',
  ],
  [
    /malformed HTTP response "\\x00\\x00.\\x04|malformed HTTP response "\\x00\\x00\\x[0-9a-f]{2}\\x04/,
    'sniff',
    'http-to-grpc-port',
  ],
  // A TLS alert, in Go's words.
  [/malformed HTTP response "\\x15\\x03/, 'respond', 'plaintext-to-tls'],
  [/malformed HTTP/, 'respond', 'not-an-otlp-server'],
  [
    /server gave HTTP response to HTTPS client|first record does not look like a TLS handshake/,
    'tls',
    'tls-to-plaintext',
  ],
  [/tls: (certificate required|bad certificate|unknown certificate)/, 'tls', 'tls-client-certificate-required'],
  [/tls: (protocol version|handshake failure|.*no supported versions)/, 'tls', 'tls-version-mismatch'],
  [/EOF|connection reset|broken pipe|closed network connection/, 'respond', 'connection-reset'],
];

const REACHING = /^error trying to reach service: /;

/**
 * What it means that the API server answered itself, in place of the Service or pod that it was to lead to. Words about
 * anything else than reaching it are about the API server.
 */
export function proxyFound(said: string): { rung: RungName; found: Found } {
  const told = said.replace(REACHING, '');
  const [, rung, code] = BY_WORDS.find(([pattern]) => pattern.test(told)) ?? [];
  if (rung && code) return { rung, found: { code, detail: `the API server says: ${words(told)}` } };
  if (REACHING.test(said))
    return { rung: 'respond', found: { code: 'connection-reset', detail: `the API server says: ${words(told)}` } };
  return { rung: 'resolve', found: { code: 'prober-fault', detail: `the API server says: ${words(said)}` } };
}
