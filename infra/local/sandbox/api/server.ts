import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SandboxCluster } from '../cluster.ts';
import { readBody } from '../read-body.ts';
import type { User } from './access.ts';
import { type ApiAnswer, route } from './routes.ts';
import { ApiError } from './status.ts';

export interface ApiServer {
  url: string;
  stop(): Promise<void>;
}

/** Serves the cluster's API on a free port of 127.0.0.1. */
export async function startApiServer(cluster: SandboxCluster, users: readonly User[]): Promise<ApiServer> {
  const server = createServer((request, response) => void serve(cluster, users, request, response));
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(
  cluster: SandboxCluster,
  users: readonly User[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request);
  if (!body) return;
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://sandbox');
  const { accept, authorization, 'content-type': contentType, 'user-agent': userAgent } = request.headers;
  const call = {
    method: request.method ?? 'GET',
    path: pathname,
    query: searchParams,
    headers: { accept, authorization, contentType, userAgent },
    body: body.toString(),
  };
  const answer = answerTo(() => route(cluster, users, call));
  const [type, text] =
    'json' in answer ? ['application/json', JSON.stringify(answer.json)] : ['text/plain; charset=utf-8', answer.text];
  response.writeHead(answer.status, {
    'content-type': type,
    'audit-id': crypto.randomUUID(),
    'cache-control': 'no-cache, private',
  });
  response.end(text);
}

function answerTo(run: () => ApiAnswer): ApiAnswer {
  try {
    return run();
  } catch (error) {
    const known =
      error instanceof ApiError ? error : new ApiError(500, 'InternalError', `Internal error occurred: ${error}`);
    return { status: known.code, json: known.toStatus() };
  }
}
