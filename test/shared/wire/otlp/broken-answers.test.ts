import type { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { tcpServer } from '#test/support/otlp-server.ts';
import { walkTo } from '#test/support/probing.ts';

/* What is no answer of the protocol, or not all of one: told from bytes that a plain TCP server sends. */

it('F16: a server that answers with a TLS alert', async () => {
  await using server = await tcpServer((socket) =>
    socket.once('data', () => socket.end(Buffer.from([0x15, 3, 1, 0, 2, 2, 22]))),
  );
  const found = await walkTo(`http://127.0.0.1:${server.port}`);
  const detail = 'the server answers with 15 03 01 00 02 02 16, a TLS alert';
  expect(found).toMatchObject({ code: 'plaintext-to-tls', rung: 'respond', detail });
});

it.each([
  ['as HTTP', 'http/json', /^it answers no HTTP, but "SSH-2\.0-OpenSSH_9\.6"$/],
  ['as gRPC', 'grpc', /^it says first "SSH-2\.0-OpenSSH_9\.6"$/],
] as const)('quotes a server of another protocol, asked %s', async (_, protocol, words) => {
  await using ssh = await tcpServer((socket) => socket.write('SSH-2.0-OpenSSH_9.6\r\n'));
  const found = await walkTo(`http://127.0.0.1:${ssh.port}`, { protocol });
  expect(found).toMatchObject({ code: 'not-an-otlp-server', rung: 'respond', detail: expect.stringMatching(words) });
});

it.each([
  [
    'a head without an end',
    `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(90_000)}`,
    /^a broken HTTP answer: .*HPE_HEADER_OVERFLOW/,
  ],
  [
    'two lengths',
    'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n',
    /^a broken HTTP answer: .*Content-Length/,
  ],
  [
    'a body that is packed unasked',
    'HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\nxy',
    /^200 in gzip, which was not asked for/,
  ],
])('is told %s from another protocol', async (_, answer, words) => {
  await using server = await tcpServer((socket) => socket.once('data', () => socket.write(answer)));
  const found = await walkTo(`http://127.0.0.1:${server.port}`);
  expect(found).toMatchObject({ code: 'not-an-otlp-server', rung: 'respond', detail: expect.stringMatching(words) });
});

it.each<[string, string, (socket: Socket) => void, string, RegExp]>([
  ['nothing', 'http/json', () => undefined, 'response-timeout', /^the request is taken, and no answer comes within/],
  [
    'a drip',
    'http/json',
    (socket) => socket.write('HTTP/1.1 2'),
    'response-timeout',
    /no whole answer comes, only 10 bytes of its head within/,
  ],
  [
    'a head without its body',
    'http/json',
    (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n'),
    'response-timeout',
    /no whole answer comes, only 200 and no end of the body within/,
  ],
  [
    'half of an answer and the end',
    'http/json',
    (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nab'),
    'connection-reset',
    /^the answer breaks off/,
  ],
  [
    'half of an answer and a reset',
    'http/json',
    (socket) =>
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n', () =>
        setTimeout(() => socket.resetAndDestroy(), 20),
      ),
    'connection-reset',
    /^the answer breaks off/,
  ],
  ['no HTTP/2', 'grpc', () => undefined, 'response-timeout', /^the connection is taken, and HTTP\/2 does not come up/],
])('F05, F06: %s comes back, by %s', async (_, protocol, treat, code, words) => {
  await using server = await tcpServer((socket) => socket.once('data', () => treat(socket)));
  const found = await walkTo(`http://127.0.0.1:${server.port}`, { protocol: protocol as 'grpc', timeoutMs: 300 });
  expect(found).toMatchObject({ code, rung: 'respond', outcome: 'fail', detail: expect.stringMatching(words) });
});
