import { once } from 'node:events';
import { request as http } from 'node:http';
import { connect as http2 } from 'node:http2';
import { connect } from 'node:net';
import { SIGNALS } from '#shared/otlp/messages.ts';

async function overHttp(url: string, method: 'GET' | 'POST'): Promise<void> {
  const call = http(url, { method, agent: false, headers: { 'content-type': 'application/x-protobuf' } }).end();
  const [response] = await once(call, 'response');
  await once(response.resume(), 'end');
}

async function overGrpc(url: string, { service }: { service: string }): Promise<void> {
  const session = http2(url);
  const call = { ':method': 'POST', ':path': `/${service}/Export`, 'content-type': 'application/grpc', te: 'trailers' };
  const stream = session.request(call).end(Buffer.alloc(5)).resume();
  await once(stream, 'end');
  session.destroy();
}

/**
 * What a ladder cannot do without, and nothing else: a connection, an empty export and an item of each signal, the
 * Collector's metrics before and after. Nothing is encoded, read or judged.
 */
export async function bareTrips(endpoint: string, metricsUrl: string, grpc: boolean): Promise<void> {
  const { hostname, port } = new URL(endpoint);
  const exports = () =>
    Promise.all(
      Object.entries(SIGNALS).map(([signal, names]) =>
        grpc ? overGrpc(endpoint, names) : overHttp(`${endpoint}/v1/${signal}`, 'POST'),
      ),
    );
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  await exports();
  await overHttp(metricsUrl, 'GET');
  await exports();
  await overHttp(metricsUrl, 'GET');
  socket.destroy();
}
