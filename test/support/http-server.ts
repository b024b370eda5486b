import { once } from 'node:events';
import {
  createServer as createPlainServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface Received {
  method: string;
  /** path and query */
  url: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface HttpServer extends AsyncDisposable {
  url: string;
  requests: Received[];
}

async function receive(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const url = request.url ?? '/';
  const { pathname, searchParams } = new URL(url, 'http://127.0.0.1');
  return {
    method: request.method ?? 'GET',
    url,
    path: decodeURIComponent(pathname),
    query: searchParams,
    headers: request.headers,
    body: Buffer.concat(chunks),
  };
}

/** A real HTTP server, with `tls` an HTTPS one, that keeps what it was asked; by default on a free port of 127.0.0.1. */
export async function serve(
  answer: (received: Received, response: ServerResponse) => void | Promise<void>,
  tls?: ServerOptions,
  { host = '127.0.0.1', port = 0 }: { host?: string; port?: number } = {},
): Promise<HttpServer> {
  const requests: Received[] = [];
  const listener = async (request: IncomingMessage, response: ServerResponse) => {
    try {
      const received = await receive(request);
      requests.push(received);
      await answer(received, response);
    } catch (error) {
      response.destroy(error instanceof Error ? error : undefined);
    }
  };
  const server = tls ? createTlsServer(tls, listener) : createPlainServer(listener);
  server.listen(port, host);
  await once(server, 'listening');
  return {
    url: `${tls ? 'https' : 'http'}://${host}:${(server.address() as AddressInfo).port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
