import { ClusterError, type ClusterFault } from '#shared/ports/cluster.ts';
import type { Call } from './call.ts';
import type { Answer } from './connection.ts';
import { quoted } from './quoted.ts';
import { type Failure, retryAfterMs } from './retry.ts';
import { serverTimeOf } from './server-time.ts';

const TURNED_AWAY = /Too many requests, please try again later/;

/** The API server's own words about a failure; undefined when the body is no Kubernetes Status. */
export function statusMessage(answer: Answer): string | undefined {
  try {
    const status: unknown = JSON.parse(answer.body.toString());
    if (typeof status !== 'object' || status === null || !('kind' in status) || status.kind !== 'Status')
      return undefined;
    return 'message' in status && typeof status.message === 'string' ? status.message : '';
  } catch {
    // A server over its limit of requests does not take the time for a Status.
    return answer.status === 429 && TURNED_AWAY.test(answer.body.toString('utf8', 0, 200))
      ? TURNED_AWAY.source
      : undefined;
  }
}

const RETRIED = new Set([429, 500, 502, 503, 504]);

function faultOf(status: number): ClusterFault {
  const named: Record<number, ClusterFault> = {
    401: 'unauthorized',
    403: 'forbidden',
    404: 'not-found',
    409: 'conflict',
    410: 'expired',
    429: 'throttled',
  };
  if (status >= 500) return 'server';
  return named[status] ?? (status >= 400 ? 'invalid' : 'protocol');
}

function forbiddenMend(call: Call, said: string): string {
  if (said.includes('system:anonymous'))
    return 'no credentials that the server knows were sent: renew the kubeconfig, or name a context with a user';
  const ask = call.permission ? `ask with: kubectl auth can-i ${call.permission}; ` : '';
  return `${ask}a Role or ClusterRole must allow it`;
}

function mend(call: Call, fault: ClusterFault, said: string, afterMs: number | undefined): string {
  switch (fault) {
    case 'unauthorized':
      return 'the credentials are missing, wrong or expired: sign in again or renew the kubeconfig; on EKS the principal needs an access entry';
    case 'forbidden':
      return forbiddenMend(call, said);
    case 'not-found':
      return 'check the name and the namespace';
    case 'conflict':
      return 'it has changed meanwhile: read it again first';
    case 'expired':
      return 'the list took longer than the server keeps its state: try again';
    case 'throttled':
      return afterMs === undefined ? 'try again later' : `it asks to wait ${Math.ceil(afterMs / 1000)} s`;
    case 'server':
      return 'the API server or something behind it is unwell: try again, and look at /readyz?verbose';
    default:
      return 'the server does not accept the request as it stands';
  }
}

/** Not from a Kubernetes API server, or about an API that it does not have. */
function foreign(call: Call, answer: Answer, server: string): ClusterError {
  const { status } = answer;
  const text = quoted(answer.body.toString('utf8', 0, 2000), 120);
  if (status === 400 && /HTTP request to an HTTPS server/i.test(text))
    return new ClusterError('tls', `cannot ${call.words}: ${server} speaks TLS only; use https:// in its address`, {
      status,
    });
  if (status === 404)
    return new ClusterError(
      'not-found',
      `cannot ${call.words}: ${server} does not serve ${call.path.split('?')[0]} (404); its API group is not installed, or this is no API server`,
      { status },
    );
  const fault = status >= 300 && status < 400 ? 'protocol' : faultOf(status);
  const to = typeof answer.headers.location === 'string' ? ' with a redirect' : '';
  return new ClusterError(
    fault,
    `cannot ${call.words}: ${server} answered ${status}${to}${text ? ` ("${text}")` : ''}, not as an API server does; ${
      fault === 'protocol'
        ? 'a proxy or login page may stand between: check the address'
        : mend(call, fault, text, undefined)
    }`,
    { status },
  );
}

/** What an answer of status 300 and above means, and whether the same request may be sent again. */
export function answerFailure(call: Call, answer: Answer, server: string): Failure {
  const { status } = answer;
  const afterMs = retryAfterMs(answer.headers['retry-after'], Date.now());
  const said = statusMessage(answer);
  const retry = RETRIED.has(status) && call.method !== 'PATCH';
  if (said === undefined)
    return { error: foreign(call, answer, server), retry, ...(afterMs === undefined ? {} : { afterMs }) };
  const fault = faultOf(status);
  const words = `cannot ${call.words}: ${server} answered ${status} (${quoted(said) || fault})`;
  return {
    error: new ClusterError(fault, `${words}; ${mend(call, fault, said, afterMs)}`, {
      status,
      ...serverTimeOf(answer),
    }),
    retry,
    ...(afterMs === undefined ? {} : { afterMs }),
  };
}
