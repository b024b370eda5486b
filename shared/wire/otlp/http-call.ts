import { request as plain } from 'node:http';
import { request as secure } from 'node:https';
import type { HttpAnswer } from '#shared/otlp/answer.ts';
import { type Address, faultOf, type TlsMaterial, type Tried, timedOut, tlsOptions } from './dial.ts';

export interface HttpCall {
  method: 'GET' | 'POST';
  tls: boolean;
  host: string;
  port: number;
  address: Address;
  path: string;
  headers: Record<string, string>;
  body?: Buffer;
  material: TlsMaterial;
  /** takes any certificate: for a question whose answer no trust is put in */
  unverified?: boolean;
  timeoutMs: number;
  /** bytes of the answer that are read; the rest is left */
  mostBytes?: number;
  signal?: AbortSignal;
}

const MOST_BYTES = 64 * 1024;
const hostHeader = (host: string, port: number, tls: boolean) => {
  const name = host.includes(':') ? `[${host}]` : host;
  return port === (tls ? 443 : 80) ? name : `${name}:${port}`;
};

/** The bytes that made Node's parser stop: those of HTTP/2 are known by them. */
const rawPacket = (error: unknown): Buffer | undefined => {
  const { rawPacket: raw } = error as { rawPacket?: unknown };
  return Buffer.isBuffer(raw) ? raw : undefined;
};

/**
 * One HTTP/1.1 request on a connection of its own, to the address that was looked at before. Redirects are answers,
 * proxies of the environment are not used, nothing is decompressed.
 */
export function httpCall(call: HttpCall): Promise<Tried<HttpAnswer> & { raw?: Buffer }> {
  const { method, tls, host, port, address, path, headers, body, material, timeoutMs, mostBytes = MOST_BYTES } = call;
  const { unverified = false } = call;
  return new Promise((done) => {
    const request = (tls ? secure : plain)({
      method,
      host: address.address,
      family: address.family,
      port,
      path,
      agent: false,
      headers: {
        host: hostHeader(host, port, tls),
        'user-agent': 'otlp-medic',
        ...headers,
        ...(body && { 'content-length': String(body.length) }),
      },
      ...(tls && { ...tlsOptions(host, material), rejectUnauthorized: !unverified }),
      ...(call.signal && { signal: call.signal }),
    });
    const end = (result: Tried<HttpAnswer> & { raw?: Buffer }) => {
      clearTimeout(timer);
      request.destroy();
      done(result);
    };
    let begun = '';
    const late = () => {
      // What comes over TLS is no answer before it is whole.
      const bytes = tls ? 0 : (request.socket?.bytesRead ?? 0);
      const came = begun || (bytes > 0 ? `, only ${bytes} bytes of its head` : '');
      end({ fault: timedOut(timeoutMs, `the request is taken, and no ${came ? 'whole ' : ''}answer comes${came}`) });
    };
    const timer = setTimeout(late, timeoutMs);
    const failed = (error: unknown) => {
      const raw = rawPacket(error);
      const fault = faultOf(error);
      const message = begun && fault.code === 'ECONNRESET' ? `the answer breaks off (${fault.message})` : fault.message;
      end({ fault: { ...fault, message }, ...(raw && { raw }) });
    };
    request.on('error', failed);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      begun = `, only ${response.statusCode} and no end of the body`;
      const answer = () => ({
        value: {
          status: response.statusCode ?? 0,
          headers: Object.fromEntries(
            Object.entries(response.headers).map(([name, value]) => [
              name,
              Array.isArray(value) ? value.join(', ') : value,
            ]),
          ),
          body: Buffer.concat(chunks),
        },
      });
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk.subarray(0, mostBytes - size));
        size += chunk.length;
        if (size >= mostBytes) end(answer());
      });
      response.on('end', () => end(answer()));
      response.on('error', failed);
    });
    request.end(body);
  });
}
