import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
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

/** A real HTTP server on a free port of 127.0.0.1 that keeps what it was asked. */
export async function serve(
  answer: (received: Received, response: ServerResponse) => void | Promise<void>,
): Promise<HttpServer> {
  const requests: Received[] = [];
  const server = createServer(async (request, response) => {
    try {
      const received = await receive(request);
      requests.push(received);
      await answer(received, response);
    } catch (error) {
      response.destroy(error instanceof Error ? error : undefined);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
