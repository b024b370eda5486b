import { performance } from 'node:perf_hooks';
import type { Vantage } from '#shared/domain/probe-result.ts';
import type { Found } from '#shared/otlp/codes.ts';
import type { Endpoint } from '#shared/otlp/endpoint.ts';
import type { RungReport } from '#shared/otlp/ladder-result.ts';
import { certificateFound, isOwnFault, networkFound, type SocketFault, tlsCode } from '#shared/otlp/network-faults.ts';
import { firstBytes, speaksHttp2 } from '#shared/otlp/sniff.ts';
import type { ProbeRequest } from '#shared/ports/prober.ts';
import { type Guard, isPrivate } from './address-guard.ts';
import { type Address, dial, type Idle, resolve, shake, type TlsMaterial } from './dial.ts';

const shown = (addresses: readonly Address[]) => addresses.map(({ address }) => address).join(', ');

/** The addresses of the host; one that must not be connected to ends the ladder. */
export async function resolveRung(
  { host }: Endpoint,
  { limitMs, guard }: { limitMs: number; guard: Guard },
): Promise<{ report: RungReport; addresses: Address[] }> {
  const started = performance.now();
  const found = await resolve(host, limitMs);
  const report = { name: 'resolve' as const, durationMs: performance.now() - started, detail: '' };
  if ('fault' in found) return { report: { ...report, found: networkFound(found.fault, { host }) }, addresses: [] };
  const [refused] = found.value.flatMap(({ address }) => guard(address) ?? []);
  if (refused)
    return { report: { ...report, found: { ...refused, detail: `${host}: ${refused.detail}` } }, addresses: [] };
  return { report: { ...report, detail: shown(found.value) }, addresses: found.value };
}

const isLoopback = ({ address }: Address) => address === '::1' || address.startsWith('127.');

/** One address of each family, tried at once; the first of the resolver that works is used. */
export async function connectRung(
  { host, port }: Endpoint,
  addresses: readonly Address[],
  { limitMs, vantage }: { limitMs: number; vantage: Vantage },
): Promise<{ report: RungReport; idle?: Idle }> {
  const started = performance.now();
  const families = [...new Map(addresses.map((one) => [one.family, one])).keys()];
  const firsts = families.flatMap((family) => addresses.find((one) => one.family === family) ?? []);
  const tried = await Promise.all(
    firsts.map(async (address) => ({ address, result: await dial(address, port, limitMs) })),
  );
  const open = tried.flatMap(({ result }) => ('value' in result ? [result.value] : []));
  const lost = tried.flatMap(({ address, result }) => ('fault' in result ? [{ address, fault: result.fault }] : []));
  const report = { name: 'connect' as const, durationMs: performance.now() - started, detail: '' };
  const [idle, ...others] = open;
  for (const other of others) other.close();
  // A family that this machine does not have says nothing about the target.
  const theirs = lost.filter(({ fault }) => !isOwnFault(fault));
  if (!idle) {
    const fault: SocketFault = (theirs[0] ?? lost[0])?.fault ?? {
      code: 'ENOTFOUND',
      message: `${host} has no address`,
    };
    const found = networkFound(fault, { host });
    const fromVpc = vantage === 'vpc' && found.code === 'connect-timeout' && !isPrivate(firsts[0]?.address ?? '');
    if (fromVpc) found.detail += '; from inside a VPC a public address needs a NAT gateway';
    return { report: { ...report, found } };
  }
  const detail = `${idle.address.address}:${port} in ${Math.round(idle.tookMs)} ms`;
  const [split] = theirs.filter(({ address }) => !isLoopback(address));
  if (!split) return { report: { ...report, detail, durationMs: idle.tookMs }, idle };
  const family = `IPv${split.address.family}`;
  return {
    report: {
      ...report,
      found: {
        code: 'address-family-split',
        detail: `${family} fails (${split.fault.message}), ${idle.address.address} works`,
      },
    },
    idle,
  };
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
  if (heard.length > 0) return { ...report, detail: `the server speaks first: ${firstBytes(heard)}` };
  return { ...report, detail: 'the server waits for the client, as HTTP and TLS servers do' };
}

function shakeFault(fault: SocketFault, protocol: ProbeRequest['protocol'], idle: Idle): Found {
  if (isOwnFault(fault)) return { code: 'prober-fault', detail: fault.message };
  if (/no application protocol|NO_APPLICATION_PROTOCOL/i.test(`${fault.code} ${fault.message}`)) {
    const code = protocol === 'grpc' ? 'grpc-to-http-port' : 'http-to-grpc-port';
    return { code, detail: `the server refuses ALPN ${protocol === 'grpc' ? 'h2' : 'http/1.1'}` };
  }
  const code = tlsCode(fault);
  const heard = speaksHttp2(idle.heard()) ? '; the port speaks plaintext HTTP/2' : '';
  if (code) return { code, detail: `${fault.message} (${fault.code})${heard}` };
  return { code: fault.code === 'TIMEOUT' ? 'response-timeout' : 'connection-reset', detail: fault.message };
}

/** Chain, name, time and protocol of a handshake. */
export async function tlsRung(
  { protocol }: ProbeRequest,
  { host, port }: Endpoint,
  { idle, material, limitMs, now }: { idle: Idle; material: TlsMaterial; limitMs: number; now: Date },
): Promise<RungReport> {
  const started = performance.now();
  const alpn = protocol === 'grpc' ? ['h2'] : ['http/1.1'];
  const shaken = await shake(idle.address, port, { host, material, alpn, timeoutMs: limitMs });
  const report = { name: 'tls' as const, durationMs: performance.now() - started, detail: '' };
  if ('fault' in shaken) return { ...report, found: shakeFault(shaken.fault, protocol, idle) };
  const { certificate, error, alpn: agreed, version } = shaken.value;
  const { found, note } = certificateFound(certificate, error, { host, now });
  if (found) return { ...report, found };
  if (protocol === 'grpc' && agreed !== 'h2')
    return {
      ...report,
      found: {
        code: 'grpc-to-http-port',
        detail: `TLS is fine (${version}), but the server agrees to no h2, which gRPC needs`,
      },
    };
  return { ...report, detail: `${version}${agreed && `, ALPN ${agreed}`}, ${note}` };
}
