import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { apiServer } from '#shared/kubernetes/api-server.ts';
import { openKubeconfig } from '#shared/kubernetes/kubeconfig.ts';
import { RESOURCES } from '#shared/ports/resources.ts';
import { CA, CA_FILE, certificate } from '#test/support/certificates.ts';
import { faultOf } from '#test/support/cluster-contract.ts';
import { type Received, serve } from '#test/support/http-server.ts';
import { inTurn, podList } from '#test/support/kubernetes-answers.ts';

/** A name that no resolver even asks for, and that the proxies of this test lead to a server for `localhost`. */
const NAME = 'api..invalid:6443';

afterEach(() => void vi.unstubAllEnvs());

async function listening(server: Server, sockets: Set<Socket>) {
  server.on('connection', (socket) => sockets.add(socket.on('error', () => undefined)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { port, [Symbol.dispose]: close };
}

/** Every tunnel leads to `upstream`; `asked` keeps where the client wanted to go. */
async function httpProxy(upstream: string) {
  const asked: (string | undefined)[] = [];
  const sockets = new Set<Socket>();
  const proxy = createServer().on('connect', (request, socket) => {
    asked.push(request.url);
    const through = connect(Number(new URL(upstream).port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      through.pipe(socket).pipe(through);
    });
    sockets.add(through);
  });
  const { port, ...rest } = await listening(proxy, sockets);
  return { url: `http://127.0.0.1:${port}`, asked, ...rest };
}

/** SOCKS 5 without a password, as `ssh -D` has it. */
async function socksProxy(upstream: string) {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const proxy = createTcpServer((socket) => {
    socket.once('data', () => {
      socket.write(Buffer.from([5, 0]));
      socket.once('data', (wanted: Buffer) => {
        asked.push(`${wanted.subarray(5, -2)}:${wanted.readUInt16BE(wanted.length - 2)}`);
        const through = connect(Number(new URL(upstream).port), '127.0.0.1', () => {
          socket.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
          through.pipe(socket).pipe(through);
        });
        sockets.add(through);
      });
    });
  });
  const { port, ...rest } = await listening(proxy, sockets);
  return { url: `socks5h://127.0.0.1:${port}`, asked, ...rest };
}

async function openThrough(proxy: string) {
  const folder = await mkdtemp(join(tmpdir(), 'proxy-'));
  const cluster = {
    server: `https://${NAME}`,
    'proxy-url': proxy,
    'certificate-authority': CA_FILE,
    'tls-server-name': 'localhost',
  };
  const kubeconfig = join(folder, 'config');
  const context = { name: 'prod', context: { cluster: 'c', user: 'u' } };
  const users = [{ name: 'u', user: { token: 'abc' } }];
  const content = { clusters: [{ name: 'c', cluster }], users, contexts: [context], 'current-context': 'prod' };
  await writeFile(kubeconfig, stringify(content));
  return {
    cluster: await openKubeconfig({ kubeconfig }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

const authorities = { ca: CA, servername: 'localhost' };

describe('the proxy of a kubeconfig', () => {
  it('has one tunnel for many calls, with TLS to the server itself', async () => {
    await using server = await serve(inTurn(podList(['a'])), certificate('server'));
    using proxy = await httpProxy(server.url);
    await using opened = await openThrough(proxy.url);
    for (let i = 0; i < 3; i++) expect(await opened.cluster.list(RESOURCES.pods)).toHaveLength(1);
    expect(proxy.asked).toEqual([NAME]);
    expect(server.requests[0]?.headers.authorization).toBe('Bearer abc');
  });

  it('may speak SOCKS', async () => {
    await using server = await serve(inTurn(podList(['a'])), certificate('server'));
    using proxy = await socksProxy(server.url);
    await using opened = await openThrough(proxy.url);
    expect(await opened.cluster.list(RESOURCES.pods)).toHaveLength(1);
    expect(proxy.asked).toEqual([NAME]);
    expect(server.requests[0]?.headers.authorization).toBe('Bearer abc');
  });

  it('does not make a slow answer a slow connection', async () => {
    const slow = (received: Received, response: ServerResponse) =>
      void setTimeout(() => podList(['a'])(response, received), 900);
    await using server = await serve(slow, certificate('server'));
    using proxy = await httpProxy(server.url);
    const options = { name: 'x', url: `https://${NAME}`, proxy: proxy.url, connectTimeoutMs: 600, ...authorities };
    expect(await apiServer(options).list(RESOURCES.pods)).toHaveLength(1);
  });

  it('is named when it is the one that does not answer', async () => {
    const gone = await httpProxy('http://127.0.0.1:1');
    gone[Symbol.dispose]();
    const cluster = apiServer({ name: 'x', url: `https://${NAME}`, proxy: gone.url });
    expect(await faultOf(cluster.version())).toMatchObject({
      fault: 'connect',
      message: expect.stringContaining(`its proxy ${new URL(gone.url).host} does not answer`),
    });
  });
});

describe('the proxy of the environment', () => {
  it('is used, except for the hosts that NO_PROXY names', async () => {
    await using server = await serve(inTurn(podList(['a'])), certificate('server'));
    using proxy = await httpProxy(server.url);
    vi.stubEnv('HTTPS_PROXY', proxy.url);
    const url = `https://${NAME}`;
    expect(await apiServer({ name: 'x', url, ...authorities }).list(RESOURCES.pods)).toHaveLength(1);
    vi.stubEnv('NO_PROXY', 'api..invalid');
    expect((await faultOf(apiServer({ name: 'x', url, ...authorities }).list(RESOURCES.pods))).fault).toBe('dns');
    expect(proxy.asked).toEqual([NAME]);
  });

  it('is not used for loopback', async () => {
    await using server = await serve(inTurn(podList(['a'])));
    using proxy = await httpProxy(server.url);
    vi.stubEnv('HTTP_PROXY', proxy.url);
    expect(await apiServer({ name: 'x', url: server.url }).list(RESOURCES.pods)).toHaveLength(1);
    expect(proxy.asked).toEqual([]);
  });
});
