import { once } from 'node:events';
import { createServer, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { grpcServer } from '#test/support/otlp-server.ts';
import { walkTo } from '#test/support/probing.ts';

/* What no Collector here can be brought to answer over gRPC, and what proxies make of an answer. */

/** google.rpc.Status with a google.rpc.RetryInfo of 8 seconds. */
const field = (number: number, bytes: Buffer) => Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
const retryInfo = field(1, Buffer.from([0x08, 8]));
const any = Buffer.concat([field(1, Buffer.from('type.googleapis.com/google.rpc.RetryInfo')), field(2, retryInfo)]);
const RETRY_IN_8_S = Buffer.concat([Buffer.from([0x08, 8]), field(3, any)]).toString('base64');

it.each([
  ['F31', { 'grpc-status': '3', 'grpc-message': 'proto: cannot parse invalid wire-format data' }, 'payload-invalid'],
  [
    'F35',
    { 'grpc-status': '8', 'grpc-message': 'received message larger than max (5000000 vs. 4194304)' },
    'payload-too-large',
  ],
  ['F39', { 'grpc-status': '8', 'grpc-message': 'RESOURCE_EXHAUSTED' }, 'memory-limiter-refusing'],
  ['F43 without RetryInfo', { 'grpc-status': '8', 'grpc-message': 'quota exceeded' }, 'throttled'],
  ['F44', { 'grpc-status': '14', 'grpc-message': 'upstream connect error or disconnect/reset' }, 'gateway-error'],
  ['F06 on the way', { 'grpc-status': '1', 'grpc-message': 'context canceled' }, 'connection-reset'],
  ['F42 for a moment', { 'grpc-status': '10', 'grpc-message': 'aborted' }, 'export-failing'],
  [
    'F43',
    {
      'grpc-status': '8',
      'grpc-message': 'slow down',
      'grpc-status-details-bin': RETRY_IN_8_S,
    },
    'throttled',
  ],
])('%s over gRPC: %o', async (_, trailers, code) => {
  await using server = await grpcServer(() => trailers);
  const endpoint = `http://127.0.0.1:${server.port}`;
  const found = await walkTo(endpoint, { protocol: 'grpc' });
  expect(found).toMatchObject({ code, rung: 'respond', outcome: 'fail' });
});

it('a gRPC answer whose trailers a proxy has dropped, or that is a page of a proxy', async () => {
  const h2 = async (answer: (stream: ServerHttp2Stream) => void) => {
    const server = createServer().on('stream', (stream) => stream.resume().on('end', () => answer(stream)));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const found = await walkTo(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { protocol: 'grpc' });
    server.close();
    return found;
  };
  const bare = await h2((stream) => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
    stream.end(Buffer.alloc(5));
  });
  expect(bare).toMatchObject({ code: 'not-an-otlp-server', detail: expect.stringContaining('without a grpc-status') });
  const page = await h2((stream) => {
    stream.respond({ ':status': 502, 'content-type': 'text/html', server: 'nginx' });
    stream.end('<h1>502 Bad Gateway</h1>');
  });
  expect(page).toMatchObject({
    code: 'gateway-error',
    detail: '502 text/html, server nginx: "502 Bad Gateway", twice',
  });
  const only = await h2((stream) =>
    stream.respond(
      { ':status': 200, 'content-type': 'text/plain', 'grpc-status': '7', 'grpc-message': 'denied' },
      { endStream: true },
    ),
  );
  expect(only).toMatchObject({ code: 'permission-denied', detail: expect.stringContaining('gRPC 7: "denied"') });
});
