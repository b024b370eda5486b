import { ClusterError, type ClusterFault } from '#shared/ports/cluster.ts';
import type { Call } from './call.ts';
import { type Broken, TooLarge } from './connection.ts';
import { oneLine } from './one-line.ts';
import type { Failure } from './retry.ts';

interface Explanation {
  fault: ClusterFault;
  /** what the server, or the way to it, did; follows "SERVER" */
  what: string;
  mend: string;
}

const UNTRUSTED = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_SIGNATURE_FAILURE',
  'INVALID_CA',
  'CERT_UNTRUSTED',
]);
const RESET = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ERR_STREAM_PREMATURE_CLOSE']);

/** Node's code for an error; a connection that was tried to several addresses has one per address. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error instanceof AggregateError ? codeOf(error.errors[0]) : codeOf(error.cause);
}

const textOf = (error: unknown) => oneLine(error instanceof Error ? error.message : String(error), 200);

function certificateFault(code: string, error: unknown): Explanation | undefined {
  if (UNTRUSTED.has(code))
    return {
      fault: 'tls',
      what: `has a certificate from a CA that is not trusted here (${code})`,
      mend: "use the cluster's own certificate-authority-data, or name its CA file with caFile",
    };
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return {
      fault: 'tls',
      what: `has a certificate for another host (${textOf(error)})`,
      mend: 'use the host name that the certificate names, or set tls-server-name in the kubeconfig',
    };
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID')
    return {
      fault: 'tls',
      what: `has a certificate that ${code === 'CERT_HAS_EXPIRED' ? 'has expired' : 'is not valid yet'} (${code})`,
      mend: "renew the server's certificate, or set this machine's clock right",
    };
  return undefined;
}

function tlsFault(code: string, error: unknown): Explanation | undefined {
  if (/^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST)$/.test(code) || code === 'EPROTO')
    return {
      fault: 'tls',
      what: `does not speak TLS (${code})`,
      mend: 'check the port, or use http:// if it is a plain one, such as that of kubectl proxy',
    };
  if (/^ERR_SSL_.*ALERT/.test(code))
    return {
      fault: 'tls',
      what: `ended the TLS handshake (${textOf(error)})`,
      mend: 'check the client certificate of the kubeconfig, and that the port is that of the API server',
    };
  if (/^(ERR_OSSL|ERR_TLS|ERR_CRYPTO|ERR_SSL)/.test(code))
    return {
      fault: /^ERR_OSSL_(PEM|X509|EVP|ASN1|RSA|DSO)/.test(code) ? 'credentials' : 'tls',
      what: `could not be asked: the CA, client certificate or key is unusable (${textOf(error)})`,
      mend: 'check certificate-authority-data, client-certificate-data and client-key-data in the kubeconfig, or caFile',
    };
  return undefined;
}

function networkFault(code: string, host: string): Explanation | undefined {
  if (/^(ENOTFOUND|EAI_|ENODATA|ESERVFAIL)/.test(code))
    return {
      fault: 'dns',
      what: `has no address: the name ${host} cannot be resolved (${code})`,
      mend: "check the server's name in the kubeconfig, and the DNS or VPN of this machine",
    };
  if (code === 'ECONNREFUSED')
    return {
      fault: 'connect',
      what: 'refused the connection (ECONNREFUSED)',
      mend: 'nothing listens there: check that the API server runs, and its port',
    };
  if (code === 'ERR_PROXY_TUNNEL')
    return {
      fault: 'connect',
      what: 'was not reached: the proxy refused to connect to it (ERR_PROXY_TUNNEL)',
      mend: 'check proxy-url, HTTPS_PROXY and NO_PROXY',
    };
  return undefined;
}

function unanswered(seconds: string, phase: Broken['phase']): Explanation {
  if (phase === 'tls')
    return {
      fault: 'connect',
      what: `accepted the connection, but no TLS handshake ended within ${seconds}`,
      mend: 'the API server hangs, or something between drops its packets: check the load balancer and its health',
    };
  return {
    fault: 'connect',
    what: `did not accept a connection within ${seconds}`,
    mend: 'if the endpoint is private, call from inside its VPC; let the security group of the cluster accept this caller on that port',
  };
}

function interrupted(broken: Broken, call: Call, timeoutMs: number): Explanation | undefined {
  const { cause, phase } = broken;
  if (broken.connectTimeoutMs !== undefined) return unanswered(`${broken.connectTimeoutMs / 1000} s`, phase);
  if (!(cause instanceof DOMException)) return undefined;
  if (cause.name !== 'TimeoutError') return undefined;
  if (phase === 'connect' || phase === 'tls') return unanswered(`${timeoutMs / 1000} s`, phase);
  const got = phase === 'body' ? 'had sent only a part of its answer' : 'did not answer';
  return {
    fault: 'timeout',
    what: `${got} within ${timeoutMs / 1000} s`,
    mend: doubt(call) ?? 'try again, or with a longer timeout; if it stays so, the API server is overloaded',
  };
}

/** A write that was sent may have been made, though no answer came. */
function doubt(call: Call): string | undefined {
  return call.method === 'PATCH' ? 'it is not known whether the change was made: look before you try again' : undefined;
}

function explain(broken: Broken, call: Call, url: URL, timeoutMs: number): Explanation & { reset?: boolean } {
  const { cause, phase } = broken;
  const timedOut = interrupted(broken, call, timeoutMs);
  if (timedOut) return timedOut;
  if (cause instanceof TooLarge)
    return {
      fault: 'protocol',
      what: 'sent an answer too large to be kept',
      mend: 'ask for less: a selector, or limitBytes',
    };
  const code = codeOf(cause) ?? '';
  const known = certificateFault(code, cause) ?? tlsFault(code, cause) ?? networkFault(code, url.hostname);
  if (known) return known;
  if (code === 'ETIMEDOUT') return unanswered("the system's limit", phase);
  if (phase === 'body' || code === 'Z_BUF_ERROR')
    return {
      fault: 'protocol',
      what: `cut its answer short (${code || textOf(cause)})`,
      mend: doubt(call) ?? 'try again; a proxy or load balancer between may end connections',
      reset: true,
    };
  if (RESET.has(code)) {
    const plain = url.protocol === 'http:' ? '; if the port is a TLS one, use https://' : '';
    const sent = phase === 'answer' ? doubt(call) : undefined;
    return {
      fault: sent ? 'protocol' : 'connect',
      what: `closed the connection without an answer (${code})`,
      mend: sent ?? `check that the API server is up and nothing between closes connections${plain}`,
      reset: true,
    };
  }
  return {
    fault: 'connect',
    what: `could not be reached (${code || textOf(cause)})`,
    mend: 'check the address and the network',
  };
}

/** What it means that no whole answer came, and whether the same request may be sent again. */
export function connectionFailure(broken: Broken, call: Call, url: URL, timeoutMs: number): Failure {
  const { fault, what, mend, reset = false } = explain(broken, call, url, timeoutMs);
  return {
    error: new ClusterError(fault, `cannot ${call.words}: ${url.host} ${what}; ${mend}`, { cause: broken.cause }),
    retry: reset && call.method !== 'PATCH',
  };
}
