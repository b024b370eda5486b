import { connect as http2Connect, type IncomingHttpHeaders } from 'node:http2';
import { connect } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import { gunzipSync } from 'node:zlib';
import type { GrpcAnswer } from '#shared/otlp/answer.ts';
import { type Address, faultOf, type TlsMaterial, type Tried, timedOut, tlsOptions } from './dial.ts';

export interface GrpcCall {
  tls: boolean;
  host: string;
  port: number;
  address: Address;
  /** full name of the service; its method is Export */
  service: string;
  headers: Record<string, string>;
  message: Buffer;
  /** the message is gzip */
  compressed?: boolean;
  material: TlsMaterial;
  timeoutMs: number;
  signal?: AbortSignal;
}

const MOST_BYTES = 64 * 1024;
/** What gRPC says itself, and what HTTP/2 says by another name. */
const ITS_OWN = new Set(['host', 'content-type', 'content-encoding', 'grpc-encoding', 'grpc-timeout']);

/** A message with the five bytes that gRPC puts before it. */
function framed(message: Buffer, compressed: boolean): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(compressed ? 1 : 0);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

/** The message of a body. A server answers a compressed call in kind; what does not unpack is left as it is. */
function unframed(body: Buffer, encoding: string | undefined): Buffer {
  if (body.length < 5) return body;
  const message = body.subarray(5, 5 + body.readUInt32BE(1));
  if (body[0] !== 1 || encoding !== 'gzip') return message;
  try {
    return gunzipSync(message, { maxOutputLength: MOST_BYTES });
  } catch {
    return message;
  }
}

const textOf = (headers: IncomingHttpHeaders): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, value === undefined ? undefined : String(value)]),
  );

function decoded(message: string): string {
  try {
    return decodeURIComponent(message);
  } catch {
    return message;
  }
}

function answerOf(headers: IncomingHttpHeaders, trailers: IncomingHttpHeaders, body: Buffer): GrpcAnswer {
  const all = { ...textOf(headers), ...textOf(trailers) };
  const status = /^\d+$/.test(all['grpc-status'] ?? '') ? Number(all['grpc-status']) : undefined;
  const details = all['grpc-status-details-bin'];
  return {
    httpStatus: Number(headers[':status'] ?? 0),
    headers: all,
    ...(status !== undefined && { status }),
    message: decoded(all['grpc-message'] ?? ''),
    ...(details !== undefined && { details: Buffer.from(details, 'base64') }),
    body: status === undefined ? body : unframed(body, all['grpc-encoding']),
  };
}

/** One unary gRPC call over its own HTTP/2 connection: what a client library would fold into "unavailable" stays apart. */
export function grpcCall(call: GrpcCall): Promise<Tried<GrpcAnswer>> {
  const { tls, host, port, address, service, material, timeoutMs, compressed = false } = call;
  return new Promise((done) => {
    const name = host.includes(':') ? `[${host}]` : host;
    const to = { host: address.address, port };
    const session = http2Connect(`${tls ? 'https' : 'http'}://${name}:${port}`, {
      createConnection: () =>
        tls
          ? tlsConnect({ ...to, ...tlsOptions(host, material), ALPNProtocols: ['h2'] })
          : connect({ ...to, family: address.family, autoSelectFamily: false }),
    });
    const end = (result: Tried<GrpcAnswer>) => {
      clearTimeout(timer);
      call.signal?.removeEventListener('abort', aborted);
      session.destroy();
      done(result);
    };
    let isUp = false;
    session.once('remoteSettings', () => {
      isUp = true;
    });
    const late = () => {
      const what = isUp
        ? 'the call is taken, and no whole answer comes'
        : 'the connection is taken, and HTTP/2 does not come up';
      end({ fault: timedOut(timeoutMs, what) });
    };
    const timer = setTimeout(late, timeoutMs);
    const aborted = () => end({ fault: { code: 'ABORT_ERR', message: 'stopped by the caller' } });
    call.signal?.addEventListener('abort', aborted);
    const failed = (error: unknown) => end({ fault: faultOf(error) });
    const closed = () => end({ fault: { code: 'ECONNRESET', message: 'closed without an answer' } });
    session.on('error', failed);
    session.on('close', closed);

    const own = Object.entries(call.headers).filter(([header]) => !ITS_OWN.has(header));
    const stream = session.request({
      ':method': 'POST',
      ':path': `/${service}/Export`,
      'content-type': 'application/grpc',
      te: 'trailers',
      'user-agent': 'otlp-medic',
      ...(compressed && { 'grpc-encoding': 'gzip' }),
      'grpc-timeout': `${Math.ceil(timeoutMs)}m`,
      ...Object.fromEntries(own),
    });
    let headers: IncomingHttpHeaders = {};
    let trailers: IncomingHttpHeaders = {};
    const chunks: Buffer[] = [];
    let size = 0;
    stream.on('response', (received) => {
      headers = received;
    });
    stream.on('trailers', (received) => {
      trailers = received;
    });
    stream.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MOST_BYTES) chunks.push(chunk);
      else end({ value: answerOf(headers, trailers, Buffer.concat(chunks)) });
    });
    stream.on('error', failed);
    stream.on('end', () => {
      if (headers[':status'] !== undefined) end({ value: answerOf(headers, trailers, Buffer.concat(chunks)) });
    });
    stream.on('close', closed);
    stream.end(framed(call.message, compressed));
  });
}
