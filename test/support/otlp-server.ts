import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  createSecureServer,
  createServer,
  type IncomingHttpHeaders,
  type SecureServerOptions,
  type ServerHttp2Stream,
} from 'node:http2';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Received } from './http-server.ts';

interface Port extends AsyncDisposable {
  port: number;
}

/** A gRPC server on 127.0.0.1: `answer` gives the trailers of a call to a path; the message is an empty response. */
export async function grpcServer(
  answer: (path: string, headers: IncomingHttpHeaders) => Record<string, string>,
  tls?: SecureServerOptions,
): Promise<Port> {
  const server = tls ? createSecureServer(tls) : createServer();
  const sessions = new Set<{ destroy(): void }>();
  server.on('session', (session) => sessions.add(session));
  server.on('stream', (stream: ServerHttp2Stream, headers) => {
    stream.on('error', () => stream.destroy());
    stream.resume().on('end', () => {
      const trailers = answer(String(headers[':path']), headers);
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers(trailers));
      stream.end(Buffer.alloc(5));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const session of sessions) session.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A TCP server that does one thing to each connection. */
export async function tcpServer(treat: (socket: Socket) => void): Promise<Port> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    treat(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The good answer of a receiver, in the encoding of the request. */
export function takes({ headers }: Pick<Received, 'headers'>, response: ServerResponse<IncomingMessage>): void {
  const type = headers['content-type'] ?? '';
  response.writeHead(200, { 'content-type': type });
  response.end(type === 'application/json' ? '{"partialSuccess":{}}' : Buffer.from([0x0a, 0]));
}

const LISTEN =
  "require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, function () { console.log(this.address().port) })";

/** A port whose process is stopped and whose backlog is full: the kernel drops further SYNs, as a firewall does. */
export async function blackHole(): Promise<Port> {
  const child = spawn(process.execPath, ['-e', LISTEN], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [said] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
  const port = Number(said);
  child.kill('SIGSTOP');
  const waiting: Socket[] = [];
  for (let full = false; !full && waiting.length < 20; ) {
    const socket = connect(port, '127.0.0.1').on('error', () => socket.destroy());
    waiting.push(socket);
    full = await Promise.race([once(socket, 'connect').then(() => false), sleep(100, true)]);
  }
  return {
    port,
    async [Symbol.asyncDispose]() {
      for (const socket of waiting) socket.destroy();
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}
