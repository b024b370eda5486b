import type { Found } from '#shared/otlp/codes.ts';
import { pathOf } from '#shared/otlp/endpoint.ts';
import { asProtobuf, emptyExport } from '#shared/otlp/messages.ts';
import { isOwnFault, type SocketFault, tlsCode } from '#shared/otlp/network-faults.ts';
import { ownFault } from '#shared/otlp/own-fault.ts';
import { firstBytes, isTlsAlert, rawWords, speaksHttp2 } from '#shared/otlp/sniff.ts';
import { shake } from './dial.ts';
import { httpCall } from './http-call.ts';
import type { DirectVisit } from './visit.ts';

/** A neighbour answers at once or not at all: it only confirms a label. */
const NEIGHBOUR_MS = 2000;

const tlsHere = async ({ address, endpoint, material }: DirectVisit, alpn: string[]) => {
  const { host, port } = endpoint;
  const shaken = await shake(address, port, { host, material, alpn, timeoutMs: NEIGHBOUR_MS });
  return 'value' in shaken ? shaken.value : undefined;
};

/** The endpoint answers in plain HTTP/1.1: its status. */
async function plainHttp(visit: DirectVisit): Promise<number | undefined> {
  const { endpoint, address, signal } = visit;
  const answer = await httpCall({
    method: 'POST',
    ...endpoint,
    address,
    path: pathOf(endpoint, 'traces'),
    headers: { 'content-type': 'application/x-protobuf' },
    body: asProtobuf('traces', emptyExport('traces')),
    material: visit.material,
    timeoutMs: NEIGHBOUR_MS,
    signal,
  });
  return 'value' in answer ? answer.value.status : undefined;
}

/** A cut connection has three usual causes that one probe cannot tell apart; another kind of try settles it. */
async function afterCut(visit: DirectVisit, fault: SocketFault): Promise<Found> {
  const { endpoint, request } = visit;
  const { port } = endpoint;
  if (!endpoint.tls) {
    const shaken = await tlsHere(visit, ['h2', 'http/1.1']);
    if (shaken) {
      const { alpn, version } = shaken;
      return {
        code: 'plaintext-to-tls',
        detail: `${fault.message}, but a TLS handshake succeeds (${version}${alpn && `, ALPN ${alpn}`})`,
      };
    }
  }
  const heard = visit.heard();
  if (heard.length > 0 && !speaksHttp2(heard))
    return { code: 'not-an-otlp-server', detail: `it says first ${rawWords(heard)}` };
  if (request.protocol === 'grpc') {
    const status = await plainHttp(visit);
    if (status !== undefined)
      return { code: 'grpc-to-http-port', detail: `${fault.message}; HTTP/1.1 is answered there, with ${status}` };
  } else if (endpoint.tls) {
    const shaken = await tlsHere(visit, ['h2']);
    if (shaken?.alpn === 'h2')
      return { code: 'http-to-grpc-port', detail: `${fault.message} on port ${port}, whose TLS speaks h2` };
  }
  return { code: 'connection-reset', detail: fault.message };
}

/** What a call that got no answer means. */
export async function callFound(visit: DirectVisit, fault: SocketFault, raw?: Buffer): Promise<Found> {
  const { endpoint } = visit;
  if (isOwnFault(fault)) return ownFault(fault.message);
  if (fault.code === 'ABORT_ERR') return { code: 'prober-fault', detail: 'the run was stopped before the answer' };
  if (raw && speaksHttp2(raw))
    return { code: 'http-to-grpc-port', detail: `the server began with ${firstBytes(raw)}, an HTTP/2 SETTINGS frame` };
  if (fault.code === 'TIMEOUT') return { code: 'response-timeout', detail: fault.message };
  const tls = tlsCode(fault);
  if (endpoint.tls && tls) return { code: tls, detail: `${fault.message} (${fault.code})` };
  if (fault.code === 'ECONNREFUSED') return { code: 'connection-refused', detail: fault.message };
  if (raw && isTlsAlert(raw))
    return { code: 'plaintext-to-tls', detail: `the server answers with ${rawWords(raw)}, a TLS alert` };
  if (fault.code.startsWith('HPE_'))
    return {
      code: 'not-an-otlp-server',
      // Only this one is about the very first bytes; the others are of an HTTP answer that is broken further on.
      detail:
        raw && fault.code === 'HPE_INVALID_CONSTANT'
          ? `it answers no HTTP, but ${rawWords(raw)}`
          : `a broken HTTP answer: ${fault.message} (${fault.code})`,
    };
  return await afterCut(visit, fault);
}
