import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SandboxCluster } from '../cluster.ts';
import { readBody } from '../read-body.ts';
import type { User } from './access.ts';
import { answerThrough, throughProxy } from './proxy.ts';
import { type ApiAnswer, type ApiRequest, route } from './routes.ts';
import { ApiError } from './status.ts';

/** What serving takes where it matters how many are served at once: without it, no two requests would ever meet. */
const SERVICE_MS = 5;

export interface ApiServer {
  url: string;
  /** how many requests were turned away so far, because others were being served */
  turnedAway(): number;
  stop(): Promise<void>;
}

/** Serves the cluster's API on a free port of 127.0.0.1; like the real one with --max-requests-inflight. */
export async function startApiServer(
  cluster: SandboxCluster,
  users: readonly User[],
  maxInFlight = Number.POSITIVE_INFINITY,
): Promise<ApiServer> {
  let inFlight = 0;
  let turnedAway = 0;
  const server = createServer((request, response) => {
    if (inFlight >= maxInFlight) {
      turnedAway++;
      response.writeHead(429, { 'content-type': 'text/plain; charset=utf-8', 'retry-after': '1' });
      response.end('Too many requests, please try again later.\n');
      return;
    }
    inFlight++;
    response.once('close', () => {
      inFlight--;
    });
    const busy = Number.isFinite(maxInFlight) ? SERVICE_MS : 0;
    void serve(cluster, users, request, response, busy);
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    turnedAway: () => turnedAway,
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
  busyMs: number,
): Promise<void> {
  const body = await readBody(request);
  if (!body) return;
  if (busyMs > 0) await sleep(busyMs);
  try {
    const through = throughProxy(request.url ?? '/');
    if (through) await answerThrough(cluster, { users, through }, { request, body, response });
    else send(response, route(cluster, users, callOf(request, body)));
  } catch (error) {
    send(response, refusal(error));
  }
}

function callOf(request: IncomingMessage, body: Buffer): ApiRequest {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://sandbox');
  const { accept, authorization, 'content-type': contentType, 'user-agent': userAgent } = request.headers;
  return {
    method: request.method ?? 'GET',
    path: pathname,
    query: searchParams,
    headers: { accept, authorization, contentType, userAgent },
    body: body.toString(),
  };
}

function send(response: ServerResponse, answer: ApiAnswer): void {
  const [type, text] =
    'json' in answer ? ['application/json', JSON.stringify(answer.json)] : ['text/plain; charset=utf-8', answer.text];
  response.writeHead(answer.status, {
    'content-type': type,
    'audit-id': crypto.randomUUID(),
    'cache-control': 'no-cache, private',
  });
  response.end(text);
}

function refusal(error: unknown): ApiAnswer {
  const known =
    error instanceof ApiError ? error : new ApiError(500, 'InternalError', `Internal error occurred: ${error}`);
  return { status: known.code, json: known.toStatus() };
}
