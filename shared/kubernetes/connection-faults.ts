import { ClusterError } from '#shared/ports/cluster.ts';
import type { Call } from './call.ts';
import { type Broken, ConnectTimeout, type Phase, TooLarge } from './connection.ts';
import { type Deadline, isTimeout } from './deadline.ts';
import { codeOf, type Explanation, textOf } from './explanation.ts';
import type { Failure } from './retry.ts';
import { doubt, stopped } from './stopped.ts';
import { tlsFault } from './tls-faults.ts';

const RESET = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ERR_STREAM_PREMATURE_CLOSE']);

/** Where a connection failed, when that is not the server but the proxy before it. */
function proxyOf(cause: unknown, url: URL): string | undefined {
  const { hostname, address, port } = cause as { hostname?: string; address?: string; port?: number };
  if (hostname !== undefined) return hostname === url.hostname ? undefined : hostname;
  const own = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  return port === undefined || port === own ? undefined : `${address}:${port}`;
}

const PROXY = 'check proxy-url, HTTPS_PROXY and NO_PROXY';

function networkFault(code: string, cause: unknown, url: URL): Explanation | undefined {
  const unknown = /^(ENOTFOUND|EAI_|ENODATA|ESERVFAIL)/.test(code);
  if (code === 'ERR_PROXY_TUNNEL')
    return { fault: 'connect', what: `was not reached: the proxy refused to connect to it (${code})`, mend: PROXY };
  const proxy = unknown || code === 'ECONNREFUSED' ? proxyOf(cause, url) : undefined;
  if (proxy)
    return { fault: 'connect', what: `was not reached: its proxy ${proxy} does not answer (${code})`, mend: PROXY };
  if (unknown)
    return {
      fault: 'dns',
      what: `has no address: the name ${url.hostname} cannot be resolved (${code})`,
      mend: "check the server's name in the kubeconfig, and the DNS or VPN of this machine",
    };
  if (code === 'ECONNREFUSED')
    return {
      fault: 'connect',
      what: 'refused the connection (ECONNREFUSED)',
      mend: 'nothing listens there: check that the API server runs, and its port',
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
  const known = tlsFault(code, cause) ?? networkFault(code, cause, url);
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
