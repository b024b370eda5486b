import { createServer, type Server } from 'node:http';
import { createServer as createHttp2Server, type Http2Server } from 'node:http2';

/** Ports of what stands behind the proxy. */
export const ECHO = 8080;
export const HTTP2 = 4317;

/**
 * Tells what it was asked, in JSON; under /status/N it answers N and `mine`, under /moved it leads to /elsewhere on itself,
 * under /away to another host.
 */
export const echoServer = (): Server =>
  createServer((request, response) => {
    const { method, url = '/', headers } = request;
    const [, status] = /^\/status\/(\d{3})$/.exec(url) ?? [];
    if (status) response.writeHead(Number(status), { 'content-type': 'text/plain', 'retry-after': '7' }).end('mine');
    else if (url === '/moved') response.writeHead(307, { location: '/elsewhere' }).end();
    else if (url === '/away') response.writeHead(302, { location: 'https://login.example/' }).end();
    else {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString('hex');
        response.writeHead(200, { 'content-type': 'application/json', 'x-own': 'yes' });
        response.end(JSON.stringify({ method, url, headers, body }));
      });
    }
  });

/** Speaks nothing but HTTP/2, and speaks first. */
export const http2Server = (): Http2Server => createHttp2Server();
