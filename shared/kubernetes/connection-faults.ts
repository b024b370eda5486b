import { ClusterError, type ClusterFault } from '#shared/ports/cluster.ts';
import type { Call } from './call.ts';
import { type Broken, ConnectTimeout, type Phase, TooLarge } from './connection.ts';
import { type Deadline, isTimeout } from './deadline.ts';
import { oneLine } from './one-line.ts';
import type { Failure } from './retry.ts';
import { doubt, stopped } from './stopped.ts';

interface Explanation {
  fault: ClusterFault;
  /** the connection was up and broke: the next one may last */
  reset?: boolean;
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

/** The names that the certificate is for: Node's own message leaves them out where the server is an address. */
function namesIn(error: unknown): string | undefined {
  const { cert } = error as { cert?: { subjectaltname?: string } };
  return cert?.subjectaltname && oneLine(cert.subjectaltname, 200);
}

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
      what: `has a certificate for another host (${namesIn(error) ?? textOf(error)})`,
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

function unanswered(elapsedMs: number, phase: Phase): Explanation {
  const seconds = `${(elapsedMs / 1000).toFixed(1)} s`;
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

function explain(broken: Broken, call: Call, url: URL): Explanation {
  const { cause, phase, elapsedMs } = broken;
  if (cause instanceof ConnectTimeout) return unanswered(elapsedMs, phase);
  if (cause instanceof TooLarge)
    return {
      fault: 'protocol',
      what: 'sent an answer too large to be kept',
      mend: 'ask for less: a selector, or limitBytes',
    };
  const code = codeOf(cause) ?? '';
  const known = certificateFault(code, cause) ?? tlsFault(code, cause) ?? networkFault(code, url.hostname);
  if (known) return known;
  if (code === 'ETIMEDOUT') return unanswered(elapsedMs, phase);
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

/** A connection that took as long as this is no victim of a short deadline: its packets are dropped. */
const UNREACHABLE_AFTER_MS = 3000;
const CONNECTING: readonly Phase[] = ['connect', 'tls'];
const PROGRESS: Readonly<Record<Phase, string>> = {
  start: 'had not been asked',
  connect: 'had not accepted the connection',
  tls: 'had not ended the TLS handshake',
  answer: 'had not answered',
  body: 'had sent only a part of its answer',
};

/** What it means that no whole answer came, and whether the same request may be sent again. */
export function connectionFailure(broken: Broken, call: Call, url: URL, deadline: Deadline): Failure {
  const { cause, phase, elapsedMs } = broken;
  const { signal } = deadline;
  const hopeless = CONNECTING.includes(phase) && elapsedMs >= UNREACHABLE_AFTER_MS && isTimeout(cause);
  if (signal.aborted && cause === signal.reason && !hopeless) {
    const wasSent = phase === 'answer' || phase === 'body';
    return { error: stopped(call, deadline, `${url.host} ${PROGRESS[phase]}`, wasSent), retry: false };
  }
  const explained = hopeless ? unanswered(elapsedMs, phase) : explain(broken, call, url);
  const { fault, what, mend, reset = false } = explained;
  return {
    error: new ClusterError(fault, `cannot ${call.words}: ${url.host} ${what}; ${mend}`, { cause }),
    retry: reset && call.method !== 'PATCH',
  };
}
