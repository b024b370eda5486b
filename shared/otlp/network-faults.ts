import type { Found, ProbeCodeName } from './codes.ts';
import { ownFault } from './own-fault.ts';

/** An error of Node's sockets. */
export interface SocketFault {
  /** ENOTFOUND, ERR_SSL_WRONG_VERSION_NUMBER, ... or TIMEOUT for the prober's own limit */
  code: string;
  message: string;
  /** the server had shown its certificate by then: both sides had agreed on version and cipher */
  afterCertificate?: boolean;
}

const CODES: Readonly<Record<string, ProbeCodeName>> = {
  ENOTFOUND: 'dns-not-found',
  ENODATA: 'dns-not-found',
  EAI_AGAIN: 'dns-temporary-failure',
  ESERVFAIL: 'dns-temporary-failure',
  ETIMEOUT: 'dns-temporary-failure',
  ECONNREFUSED: 'connection-refused',
  TIMEOUT: 'connect-timeout',
  ETIMEDOUT: 'connect-timeout',
  EHOSTUNREACH: 'connect-timeout',
  ECONNRESET: 'connection-reset',
  EPIPE: 'connection-reset',
};

/** What only this machine can have: no route, no right, no file descriptors. */
const OWN = new Set(['ENETUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL', 'EACCES', 'EPERM', 'EMFILE', 'ENFILE', 'ENOBUFS']);

export const isOwnFault = ({ code }: SocketFault): boolean => OWN.has(code);

const CLUSTER_NAME = /\.(svc|cluster\.local)\.?$/;
/** Known to the cluster's own DNS alone. */
export const isClusterName = (host: string): boolean => CLUSTER_NAME.test(host);

/** A fault of name resolution or of the connection. */
export function networkFound(fault: SocketFault, { host }: { host: string }): Found {
  if (isOwnFault(fault)) return ownFault(fault.message);
  const code = CODES[fault.code] ?? 'connection-reset';
  const inside = code === 'dns-not-found' && isClusterName(host);
  return { code, detail: inside ? `${fault.message}: the name is known only inside the cluster` : fault.message };
}

const UNTRUSTED = /UNABLE_TO_(VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT)|SELF_SIGNED_CERT|CERT_UNTRUSTED|INVALID_CA/;
const TLS: readonly [RegExp, ProbeCodeName][] = [
  [/CERT_HAS_EXPIRED/, 'tls-certificate-expired'],
  [/CERT_NOT_YET_VALID/, 'tls-certificate-not-yet-valid'],
  [/ALTNAME_INVALID/, 'tls-hostname-mismatch'],
  [UNTRUSTED, 'tls-untrusted-ca'],
  [
    // What a server says of the client's certificate, or of its absence.
    /(BAD|UNSUPPORTED)_CERTIFICATE|CERTIFICATE_(REQUIRED|REVOKED|EXPIRED|UNKNOWN)|UNKNOWN_CA|ACCESS_DENIED|certificate required/i,
    'tls-client-certificate-required',
  ],
  [/UNRECOGNIZED_NAME|unrecognized name/i, 'tls-hostname-mismatch'],
  [/WRONG_VERSION_NUMBER|wrong version number|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST/i, 'tls-to-plaintext'],
  [
    /ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|HANDSHAKE_FAILURE|NO_PROTOCOLS_AVAILABLE|protocol version|handshake failure|NO_SHARED_CIPHER/i,
    'tls-version-mismatch',
  ],
];

const HANDSHAKE = /HANDSHAKE_FAILURE|handshake failure/i;

/** What Node says of a handshake or a certificate; undefined where it is no matter of TLS. */
export function tlsCode({ code, message, afterCertificate }: SocketFault): ProbeCodeName | undefined {
  // Before TLS 1.3 there is no word of its own for a client certificate that is missing.
  if (afterCertificate && HANDSHAKE.test(`${code} ${message}`)) return 'tls-client-certificate-required';
  return TLS.find(([pattern]) => pattern.test(code) || pattern.test(message))?.[1];
}

/** The prober's limits by the time a certificate still has, days. */
const EXPIRES_SOON = 21;
const EXPIRES_NOW = 7;

export interface PeerCertificate {
  subject: string;
  issuer: string;
  names: string;
  validFrom: string;
  validTo: string;
  /** certificates that the server sent */
  chain: number;
}

const DAY = 86_400_000;

/** The server's certificate as seen: what is wrong with it, or how long it still holds. */
export function certificateFound(
  of: PeerCertificate,
  error: SocketFault | undefined,
  { host, now }: { host: string; now: Date },
): { found?: Found; note: string } {
  const days = Math.floor((Date.parse(of.validTo) - now.getTime()) / DAY);
  const note = `${of.subject || 'no common name'} for ${of.names || 'no names'}, ${days} days left`;
  const code = error && tlsCode(error);
  const said: Partial<Record<ProbeCodeName, string>> = {
    'tls-certificate-expired': `it ended ${of.validTo}; this side's clock says ${now.toISOString()}`,
    'tls-certificate-not-yet-valid': `it begins ${of.validFrom}; this side's clock says ${now.toISOString()}`,
    'tls-hostname-mismatch': `"${host}" is not among its names: ${of.names || of.subject}`,
    'tls-untrusted-ca': `issued by "${of.issuer}"${of.issuer === of.subject ? ', by itself' : ''}, ${of.chain} sent (${error?.code})`,
  };
  if (error) return { found: { code: code ?? 'tls-untrusted-ca', detail: (code && said[code]) ?? error.code }, note };
  if (of.names === '')
    return {
      found: {
        code: 'tls-hostname-mismatch',
        detail: `it has no names, only the common name "${of.subject}": exporters in Go and Rust refuse it, those in Node and Java may not`,
        outcome: 'degraded',
      },
      note,
    };
  if (days < EXPIRES_SOON)
    return {
      found: {
        code: 'tls-certificate-expiring',
        detail: `it ends ${of.validTo}, ${days < EXPIRES_NOW ? `in only ${days} days` : `in ${days} days`}`,
      },
      note,
    };
  return { note };
}
