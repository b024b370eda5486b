import { performance } from 'node:perf_hooks';
import { untimelyFound, type Validity } from '#shared/otlp/clocks.ts';
import type { Found, ProbeCodeName } from '#shared/otlp/codes.ts';
import type { Endpoint } from '#shared/otlp/endpoint.ts';
import type { RungReport } from '#shared/otlp/ladder-result.ts';
import {
  certificateFound,
  isClusterName,
  isOwnFault,
  networkFound,
  type PeerCertificate,
  type SocketFault,
  tlsCode,
} from '#shared/otlp/network-faults.ts';
import { ownFault } from '#shared/otlp/own-fault.ts';
import { firstBytes, rawWords, speaksHttp2 } from '#shared/otlp/sniff.ts';
import type { ProbeRequest } from '#shared/ports/prober.ts';
import type { Guard } from './address-guard.ts';
import { type Address, type Idle, resolve, shake, type TlsMaterial } from './dial.ts';
import { httpCall } from './http-call.ts';
import { judgeResolver, landmarkTime, type OwnSide } from './own-side.ts';

const shown = (addresses: readonly Address[]) => addresses.map(({ address }) => address).join(', ');

/** Whether it is the name that does not resolve, or this side that resolves none. */
async function unresolved(fault: SocketFault, host: string, side: OwnSide): Promise<Found> {
  const found = networkFound(fault, { host });
  const inside = isClusterName(host);
  if (found.code === 'prober-fault' || (found.code === 'dns-not-found' && inside)) return found;
  const judged = await judgeResolver(side);
  if (judged.fault !== undefined)
    return ownFault(`${judged.fault}; so nothing is known about ${host} (${fault.message})`);
  return judged.works === undefined ? found : { ...found, detail: `${found.detail}; ${judged.works}` };
}

/** The addresses of the host; one that must not be connected to ends the ladder. */
export async function resolveRung(
  { host }: Endpoint,
  { limitMs, guard, side }: { limitMs: number; guard: Guard; side: OwnSide },
): Promise<{ report: RungReport; addresses: Address[] }> {
  const started = performance.now();
  const found = await resolve(host, limitMs, side.lookup);
  const report = { name: 'resolve' as const, durationMs: performance.now() - started, detail: '' };
  if ('fault' in found)
    return { report: { ...report, found: await unresolved(found.fault, host, side) }, addresses: [] };
  const [refused] = found.value.flatMap(({ address }) => guard(address) ?? []);
  if (refused)
    return { report: { ...report, found: { ...refused, detail: `${host}: ${refused.detail}` } }, addresses: [] };
  return { report: { ...report, detail: shown(found.value) }, addresses: found.value };
}

/** What the server said by itself on the connection that nothing was said on. */
export function sniffRung({ protocol }: ProbeRequest, { tls, port }: Endpoint, idle: Idle): RungReport {
  const heard = idle.heard();
  const http2 = speaksHttp2(heard);
  const report = { name: 'sniff' as const, durationMs: 0 };
  if (http2 && !tls && protocol !== 'grpc') {
    const detail = `port ${port} speaks first, with ${firstBytes(heard)}: an HTTP/2 SETTINGS frame, as plaintext gRPC servers send it`;
    return { ...report, found: { code: 'http-to-grpc-port', detail }, detail: '' };
  }
  if (http2) return { ...report, detail: 'the server speaks HTTP/2 first, without TLS' };
  if (heard.length > 0) return { ...report, detail: `the server speaks first: ${rawWords(heard)}` };
  return { ...report, detail: 'the server waits for the client, as HTTP and TLS servers do' };
}

/** What the alerts that say little are usually sent for. */
function hintOf({ message, afterCertificate }: SocketFault, host: string): string {
  if (/unrecognized name/.test(message)) return `; the server has no certificate for "${host}"`;
  if (/internal error/.test(message)) return `; servers in Go send it where they have no certificate for "${host}"`;
  return afterCertificate ? '; the server had shown its own certificate by then' : '';
}

function shakeFault(
  fault: SocketFault,
  protocol: ProbeRequest['protocol'],
  { idle, host }: { idle: Idle; host: string },
): Found {
  if (isOwnFault(fault)) return ownFault(fault.message);
  if (/no application protocol|NO_APPLICATION_PROTOCOL/i.test(`${fault.code} ${fault.message}`)) {
    const code = protocol === 'grpc' ? 'grpc-to-http-port' : 'http-to-grpc-port';
    return { code, detail: `the server refuses ALPN ${protocol === 'grpc' ? 'h2' : 'http/1.1'}` };
  }
  const code = tlsCode(fault);
  const heard = speaksHttp2(idle.heard()) ? '; the port speaks plaintext HTTP/2' : '';
  const hint = hintOf(fault, host);
  if (code) return { code, detail: `${fault.message} (${fault.code})${hint}${heard}` };
  return {
    code: fault.code === 'TIMEOUT' ? 'response-timeout' : 'connection-reset',
    detail: `${fault.message}${hint}`,
  };
}

const UNTIMELY: readonly ProbeCodeName[] = ['tls-certificate-expired', 'tls-certificate-not-yet-valid'];

const validityOf = ({ validFrom, validTo }: PeerCertificate): Validity => ({
  from: new Date(validFrom),
  to: new Date(validTo),
});

/** The server's own time: nothing else of an answer that came without trust is used, and nothing is sent for it. */
async function serverTime({ host, port }: Endpoint, { address }: Idle, timeoutMs: number): Promise<Date | undefined> {
  const call = { method: 'GET' as const, tls: true, host, port, address, path: '/', headers: {}, material: {} };
  const answer = await httpCall({ ...call, unverified: true, timeoutMs });
  const at = new Date(('value' in answer && answer.value.headers.date) || '');
  return Number.isNaN(at.getTime()) ? undefined : at;
}

/** How long a server gets to tell its time. */
const TIME_MS = 2000;

/** Chain, name, time and protocol of a handshake. */
export async function tlsRung(
  { protocol }: ProbeRequest,
  endpoint: Endpoint,
  { idle, material, limitMs, now, side }: TlsRungOptions,
): Promise<{ report: RungReport; validity?: Validity }> {
  const { host, port } = endpoint;
  const started = performance.now();
  const alpn = protocol === 'grpc' ? ['h2'] : ['http/1.1'];
  const shaken = await shake(idle.address, port, { host, material, alpn, timeoutMs: limitMs });
  const report = { name: 'tls' as const, durationMs: performance.now() - started, detail: '' };
  if ('fault' in shaken) return { report: { ...report, found: shakeFault(shaken.fault, protocol, { idle, host }) } };
  const { certificate, error, alpn: agreed, version } = shaken.value;
  const { found, note } = certificateFound(certificate, error, { host, now });
  const validity = validityOf(certificate);
  if (found && UNTIMELY.includes(found.code)) {
    const [server, landmark] = await Promise.all([
      serverTime(endpoint, idle, Math.min(limitMs, TIME_MS)),
      landmarkTime(side),
    ]);
    return { report: { ...report, found: untimelyFound(found, { own: now, server, landmark, validity }) } };
  }
  if (found) return { report: { ...report, found }, validity };
  if (protocol === 'grpc' && agreed !== 'h2') {
    const detail = `TLS is fine (${version}), but the server agrees to no h2, which gRPC needs`;
    return { report: { ...report, found: { code: 'grpc-to-http-port', detail } } };
  }
  return { report: { ...report, detail: `${version}${agreed && `, ALPN ${agreed}`}, ${note}` }, validity };
}

interface TlsRungOptions {
  idle: Idle;
  material: TlsMaterial;
  limitMs: number;
  now: Date;
  side: OwnSide;
}
