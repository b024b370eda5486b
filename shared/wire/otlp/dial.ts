import { lookup } from 'node:dns/promises';
import { connect, isIP, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { type TLSSocket, connect as tlsConnect } from 'node:tls';
import type { PeerCertificate, SocketFault } from '#shared/otlp/network-faults.ts';
import { opensslWords } from '#shared/otlp/openssl-words.ts';

export type Address = { address: string; family: number };
export type Tried<T> = { value: T } | { fault: SocketFault };

/** What is needed of TLS: PEM texts. */
export interface TlsMaterial {
  ca?: string;
  cert?: string;
  key?: string;
}

export const faultOf = (error: unknown): SocketFault => {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return {
    code: typeof code === 'string' ? code : 'UNKNOWN',
    message: typeof message === 'string' ? opensslWords(message) : '',
  };
};

export const timedOut = (timeoutMs: number, what: string): SocketFault => ({
  code: 'TIMEOUT',
  message: `${what} within ${Math.round(timeoutMs / 100) / 10} s`,
});

/** All addresses of a name, in the order in which they are to be tried. Rejects with an error of Node's resolvers. */
export type Lookup = (host: string) => Promise<Address[]>;

export const systemLookup: Lookup = (host) => lookup(host, { all: true, verbatim: true });

/** All addresses of a host in the order of the resolver; a literal is its own. */
export async function resolve(host: string, timeoutMs: number, byName: Lookup): Promise<Tried<Address[]>> {
  const literal = isIP(host);
  if (literal) return { value: [{ address: host, family: literal }] };
  const stop = new AbortController();
  try {
    const late = sleep(timeoutMs, 'late' as const, { signal: stop.signal });
    const found = await Promise.race([byName(host), late]);
    if (found === 'late')
      return { fault: { ...timedOut(timeoutMs, 'the resolver gave no answer'), code: 'EAI_AGAIN' } };
    return { value: found };
  } catch (error) {
    return { fault: faultOf(error) };
  } finally {
    stop.abort();
  }
}

/** An open connection that nothing is said on. */
export interface Idle {
  address: Address;
  tookMs: number;
  /** what the server has said by itself */
  heard(): Buffer;
  /** waits until something is heard or the connection ends, at most so long */
  listen(ms: number): Promise<void>;
  close(): void;
}

const ENOUGH = 1024;

function idle(socket: Socket, address: Address, tookMs: number): Idle {
  let heard = Buffer.alloc(0);
  let wake = (): void => undefined;
  socket.on('data', (chunk) => {
    if (heard.length < ENOUGH) heard = Buffer.concat([heard, chunk]).subarray(0, ENOUGH);
    wake();
  });
  socket.on('error', () => wake());
  socket.on('close', () => wake());
  return {
    address,
    tookMs,
    heard: () => heard,
    async listen(ms) {
      if (heard.length > 0 || socket.destroyed) return;
      await new Promise<void>((done) => {
        const timer = setTimeout(done, ms);
        wake = () => {
          clearTimeout(timer);
          done();
        };
      });
    },
    close: () => void socket.destroy(),
  };
}

/** A TCP connection to one address; `enough` ends the try as if its time were over. */
export function dial(address: Address, port: number, timeoutMs: number, enough?: AbortSignal): Promise<Tried<Idle>> {
  const started = performance.now();
  const socket = connect({ host: address.address, port, family: address.family, autoSelectFamily: false });
  return new Promise((done) => {
    const late = () => {
      const tookMs = Math.round(performance.now() - started);
      end({ fault: timedOut(tookMs, `no answer from ${address.address}:${port}`) });
    };
    const end = (result: Tried<Idle>) => {
      clearTimeout(timer);
      enough?.removeEventListener('abort', late);
      socket.removeAllListeners();
      // A late error of a socket that was given up must not end the process.
      socket.on('error', () => undefined);
      if ('fault' in result) socket.destroy();
      done(result);
    };
    const timer = setTimeout(late, timeoutMs);
    enough?.addEventListener('abort', late);
    socket.once('error', (error) => end({ fault: faultOf(error) }));
    socket.once('connect', () => {
      clearTimeout(timer);
      enough?.removeEventListener('abort', late);
      socket.removeAllListeners();
      done({ value: idle(socket, address, performance.now() - started) });
    });
  });
}

export interface Shaken {
  certificate: PeerCertificate;
  /** what Node would refuse the certificate for */
  error?: SocketFault;
  /** '' where none was agreed */
  alpn: string;
  version: string;
}

/** A name of a certificate is text or, where it has several, a list. */
const joined = (value: string | string[] | undefined) => [value ?? []].flat().join('+');

function certificateOf(socket: TLSSocket): PeerCertificate {
  const leaf = socket.getPeerCertificate(true);
  let chain = 1;
  for (let at = leaf; at.issuerCertificate && at.issuerCertificate !== at && chain < 10; at = at.issuerCertificate)
    chain++;
  return {
    subject: joined(leaf.subject?.CN),
    issuer: joined(leaf.issuer?.CN ?? leaf.issuer?.O),
    names: leaf.subjectaltname ?? '',
    validFrom: leaf.valid_from,
    validTo: leaf.valid_to,
    chain,
  };
}

/** What TLS needs beside an address: the name counts for SNI and the certificate, an address literal has no SNI. */
export const tlsOptions = (host: string, material: TlsMaterial) => ({
  servername: isIP(host) ? '' : host,
  ...material,
});

/** A TLS handshake that takes any certificate and says what is wrong with it: one try shows names, times and issuer. */
export function shake(
  { address }: Address,
  port: number,
  options: { host: string; material: TlsMaterial; alpn: string[]; timeoutMs: number },
): Promise<Tried<Shaken>> {
  const { host, material, alpn, timeoutMs } = options;
  return new Promise((done) => {
    const socket = tlsConnect({
      host: address,
      port,
      ...tlsOptions(host, material),
      ALPNProtocols: alpn,
      rejectUnauthorized: false,
    });
    const end = (result: Tried<Shaken>) => {
      clearTimeout(timer);
      socket.destroy();
      done(result);
    };
    const timer = setTimeout(() => end({ fault: timedOut(timeoutMs, 'no TLS handshake') }), timeoutMs);
    // Stays for errors after the answer: a TLS 1.3 server refuses a client certificate only then.
    socket.on('error', (error) => {
      const hasShown = socket.getPeerCertificate()?.subject !== undefined;
      end({ fault: { ...faultOf(error), ...(hasShown && { afterCertificate: true }) } });
    });
    socket.once('close', () => end({ fault: { code: 'ECONNRESET', message: 'closed during the TLS handshake' } }));
    socket.once('secureConnect', () => {
      const { authorizationError } = socket;
      const said = authorizationError as Error | string | undefined;
      end({
        value: {
          certificate: certificateOf(socket),
          ...(said && { error: typeof said === 'string' ? { code: said, message: said } : faultOf(said) }),
          alpn: socket.alpnProtocol || '',
          version: socket.getProtocol() ?? '',
        },
      });
    });
  });
}
