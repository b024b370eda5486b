import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { apiServer } from '#shared/kubernetes/api-server.ts';
import { MAX_TRIES } from '#shared/kubernetes/retry.ts';
import { type Cluster, type ClusterFault, isUnreachable } from '#shared/ports/cluster.ts';
import { RESOURCES } from '#shared/ports/resources.ts';
import { CA, certificate, MUTUAL } from '#test/support/certificates.ts';
import { faultOf } from '#test/support/cluster-contract.ts';
import { serve } from '#test/support/http-server.ts';
import { cutShort, hang, inTurn, json, podList, reset, stall, status, text } from '#test/support/kubernetes-answers.ts';

const namespace = 'otlp-system';
const list = (cluster: Cluster, options = {}) => faultOf(cluster.list(RESOURCES.pods, { namespace }, options));

/** A TCP server that does with each connection what it is told. */
async function tcp(connected: (socket: Socket) => void) {
  const server = createServer((socket) => connected(socket.on('error', () => undefined)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { port, [Symbol.dispose]: () => void server.close() };
}

describe('on the way to the server', () => {
  it('a name that nobody knows is dns', async () => {
    const fault = await list(apiServer({ name: 'x', url: 'https://a..invalid:6443' }));
    expect(fault).toMatchObject({ fault: 'dns', message: expect.stringContaining('a..invalid cannot be resolved') });
    expect(isUnreachable(fault)).toBe(true);
  });

  it('a closed port is connect, told at once with host and port', async () => {
    using gone = await tcp(() => undefined);
    gone[Symbol.dispose]();
    const fault = await list(apiServer({ name: 'x', url: `https://127.0.0.1:${gone.port}` }));
    expect(fault).toMatchObject({
      fault: 'connect',
      message: `cannot list pods in otlp-system: 127.0.0.1:${gone.port} refused the connection (ECONNREFUSED); nothing listens there: check that the API server runs, and its port`,
    });
  });

  it('a server that accepts and then does nothing is connect', async () => {
    using mute = await tcp(() => undefined);
    const url = `https://127.0.0.1:${mute.port}`;
    const fault = await list(apiServer({ name: 'x', url, connectTimeoutMs: 500 }));
    expect(fault).toMatchObject({ fault: 'connect', message: expect.stringContaining('no TLS handshake ended') });
  });

  it('a short deadline that ends a connection half way says nothing about the server', async () => {
    using mute = await tcp(() => undefined);
    const fault = await list(apiServer({ name: 'x', url: `https://127.0.0.1:${mute.port}` }), { timeoutMs: 100 });
    expect(fault.fault).toBe('timeout');
    expect(isUnreachable(fault)).toBe(false);
  });

  it('a refusal by the proxy is connect', async () => {
    await using proxy = await serve(() => undefined);
    const fault = await list(apiServer({ name: 'x', url: 'https://a..invalid:6443', proxy: proxy.url }), {
      timeoutMs: 5000,
    });
    expect(fault).toMatchObject({ fault: 'connect', message: expect.stringContaining('proxy') });
  });
});

describe('TLS', () => {
  const open = (url: string, options = {}) => apiServer({ name: 'x', url, ...options });

  it('is right with the CA that signed the certificate', async () => {
    await using server = await serve(inTurn(podList(['a'])), certificate('server'));
    expect(await open(server.url, { ca: CA }).list(RESOURCES.pods)).toHaveLength(1);
  });

  it('names a CA that is not trusted', async () => {
    await using server = await serve(inTurn(podList([])), certificate('server'));
    const fault = await list(open(server.url));
    expect(fault).toMatchObject({ fault: 'tls', message: expect.stringMatching(/CA that is not trusted.*caFile/) });
  });

  it('names a certificate for another host, unless that is the host meant', async () => {
    await using server = await serve(inTurn(podList([])), certificate('other-host'));
    const fault = await list(open(server.url, { ca: CA }));
    expect(fault).toMatchObject({ fault: 'tls', message: expect.stringMatching(/another host.*elsewhere\.example/) });
    expect(await open(server.url, { ca: CA, servername: 'elsewhere.example' }).list(RESOURCES.pods)).toEqual([]);
  });

  it('names an expired certificate, even where the CA is trusted', async () => {
    await using server = await serve(inTurn(podList([])), certificate('expired'));
    expect(await list(open(server.url, { ca: CA }))).toMatchObject({
      fault: 'tls',
      message: expect.stringContaining('has expired'),
    });
  });

  it('is not verified where the kubeconfig says so', async () => {
    await using server = await serve(inTurn(podList([])), certificate('expired'));
    expect(await open(server.url, { insecure: true }).list(RESOURCES.pods)).toEqual([]);
  });

  it('names a port that speaks plain HTTP', async () => {
    await using server = await serve(inTurn(podList([])));
    expect(await list(open(server.url.replace('http:', 'https:')))).toMatchObject({
      fault: 'tls',
      message: expect.stringMatching(/does not speak TLS.*http:\/\//),
    });
  });

  it("names a TLS port that was asked in plain HTTP, by the API server's answer", async () => {
    await using server = await serve(inTurn(text('Client sent an HTTP request to an HTTPS server.\n', 400)));
    expect(await list(open(server.url))).toMatchObject({
      fault: 'tls',
      message: expect.stringContaining('use https://'),
    });
  });

  it('shows a client certificate, and names the server that wants one', async () => {
    await using server = await serve(inTurn(podList([])), MUTUAL);
    const credentials = async () => certificate('client');
    expect(await open(server.url, { ca: CA, credentials }).list(RESOURCES.pods)).toEqual([]);
    expect((await list(open(server.url, { ca: CA }))).fault).toBe('tls');
  });

  it('names a client key that is none', async () => {
    await using server = await serve(inTurn(podList([])), certificate('server'));
    const credentials = async () => ({ cert: 'no certificate', key: 'no key' });
    expect(await list(open(server.url, { ca: CA, credentials }))).toMatchObject({
      fault: 'credentials',
      message: expect.stringContaining('client-certificate-data'),
    });
  });
});

describe('an answer', () => {
  it.each<[number, ClusterFault, RegExp]>([
    [400, 'invalid', /not accept the request/],
    [401, 'unauthorized', /sign in again/],
    [403, 'forbidden', /kubectl auth can-i list pods -n otlp-system/],
    [404, 'not-found', /name and the namespace/],
    [409, 'conflict', /read it again/],
    [422, 'invalid', /not accept the request/],
    [429, 'throttled', /asks to wait 86400 s/],
    [500, 'server', /readyz/],
    [503, 'server', /readyz/],
  ])('of %i is %s and quotes the server', async (code, kind, mend) => {
    await using server = await serve(inTurn(status(code, 'the words of the server', { 'retry-after': '86400' })));
    const fault = await list(apiServer({ name: 'x', url: server.url }));
    expect(fault).toMatchObject({ fault: kind, status: code });
    expect(fault.message).toMatch(new RegExp(`^cannot list pods in otlp-system: 127.0.0.1:\\d+ answered ${code} `));
    expect(fault.message).toContain('the words of the server');
    expect(fault.message).toMatch(mend);
  });

  it('that is forbidden to nobody in particular says that the credentials are missing', async () => {
    await using server = await serve(inTurn(status(403, 'pods is forbidden: User "system:anonymous" cannot list')));
    const fault = await list(apiServer({ name: 'x', url: server.url }));
    expect(fault).toMatchObject({ fault: 'forbidden', message: expect.stringContaining('no credentials') });
  });

  it('is quoted without the secrets that a server repeats', async () => {
    const words = 'admission webhook denied the request: env DB_PASSWORD=hunter2hunter2 is not allowed';
    await using server = await serve(inTurn(status(422, words), text(words, 422)));
    const cluster = apiServer({ name: 'x', url: server.url });
    for (let i = 0; i < 2; i++) {
      const { message } = await list(cluster);
      expect(message).toMatch(/env DB_PASSWORD=\[redacted\] is not allowed/);
    }
  });

  it('of a hostile server stays one short line without control characters', async () => {
    const hostile = `a\r\nb\u001b[2J\u202e\u0007${'x'.repeat(100_000)}`;
    await using server = await serve(
      inTurn(status(422, hostile), text(hostile, 422), json({}, 422), json({ kind: 'Status', message: 7 }, 422)),
    );
    const cluster = apiServer({ name: 'x', url: server.url });
    for (let i = 0; i < 4; i++) {
      const { message } = await list(cluster);
      expect(message.length).toBeLessThan(600);
      expect(message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }
  });

  it('that is cut short is protocol, after some tries', async () => {
    await using server = await serve(inTurn(cutShort));
    const fault = await list(apiServer({ name: 'x', url: server.url }));
    expect(fault).toMatchObject({ fault: 'protocol', message: expect.stringContaining('cut its answer short') });
    expect(server.requests).toHaveLength(MAX_TRIES);
  });

  it('that never comes is a timeout, and tells how far it was', async () => {
    await using server = await serve(inTurn(podList([]), hang, stall));
    const cluster = apiServer({ name: 'x', url: server.url });
    // so that the connection is up, however busy this machine is
    await cluster.list(RESOURCES.pods);
    const none = await list(cluster, { timeoutMs: 80 });
    expect(none).toMatchObject({ fault: 'timeout', message: expect.stringContaining('had not answered within') });
    const half = await list(cluster, { timeoutMs: 500 });
    expect(half).toMatchObject({ fault: 'timeout', message: expect.stringContaining('only a part of its answer') });
  });

  it('that a caller no longer wants is aborted, also between two tries', async () => {
    await using server = await serve(inTurn(hang, status(503, 'busy', { 'retry-after': '20' })));
    const cluster = apiServer({ name: 'x', url: server.url });
    for (let i = 0; i < 2; i++) {
      const stop = new AbortController();
      setTimeout(() => stop.abort(), 50);
      expect(await list(cluster, { signal: stop.signal })).toMatchObject({
        fault: 'aborted',
        message: expect.stringContaining('the caller stopped it'),
      });
    }
  });

  it('of a caller whose own time is over is a timeout', async () => {
    await using server = await serve(inTurn(hang));
    const cluster = apiServer({ name: 'x', url: server.url });
    expect(await list(cluster, { signal: AbortSignal.timeout(50) })).toMatchObject({ fault: 'timeout' });
  });

  it('that closes the connection is connect, after some tries', async () => {
    await using server = await serve(inTurn(reset));
    const fault = await list(apiServer({ name: 'x', url: server.url }));
    expect(fault).toMatchObject({ fault: 'connect', message: expect.stringContaining('closed the connection') });
    expect(server.requests).toHaveLength(MAX_TRIES);
  });
});
