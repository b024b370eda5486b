import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cluster, ProxyRequest } from '#shared/ports/cluster.ts';
import { ECHO, HTTP2 } from './echo-server.ts';

/**
 * A server with the Services `echo`, to a pod where the servers of echo-server.ts listen, and `nobody`, which selects no
 * pod. Each has the ports `web` (8080), `grpc` (4317) and `dead` (4999), behind which nothing listens.
 */
export interface ProxyUnderTest {
  cluster: Cluster;
  namespace: string;
  /** the pod of `echo` */
  pod: { name: string; ip: string };
  close(): Promise<void>;
}

export const SERVICE_PORTS = [
  { name: 'web', port: ECHO },
  { name: 'grpc', port: HTTP2 },
  { name: 'dead', port: 4999 },
];

/** What the proxy of an API server does, whichever it is. */
export function proxyContract(open: () => Promise<ProxyUnderTest>): void {
  describe('the proxy of Services and pods', () => {
    let on: ProxyUnderTest;
    beforeAll(async () => {
      on = await open();
    });
    afterAll(() => on?.close());

    const ask = (more: Partial<ProxyRequest> = {}) => {
      const request = { kind: 'services' as const, name: 'echo', port: ECHO, method: 'GET' as const, path: '/' };
      return on.cluster.proxy({ ...request, namespace: on.namespace, ...more }, { timeoutMs: 10_000 });
    };
    const prefix = (of = `services/echo:${ECHO}`) => `/api/v1/namespaces/${on.namespace}/${of}/proxy`;
    const told = async (more?: Partial<ProxyRequest>) => JSON.parse((await ask(more)).body.toString());

    it('leads a request on as it is, with where it came from and without the credentials', async () => {
      const body = Buffer.from([0, 1, 0xff]);
      const headers = { 'x-tenant': 'blue', 'content-type': 'application/x-protobuf', authorization: 'Bearer mine' };
      const seen = await told({ method: 'POST', path: '/v1/traces?a=b%2Fc', headers, body });
      expect(seen).toMatchObject({ method: 'POST', url: '/v1/traces?a=b%2Fc', body: body.toString('hex') });
      expect(seen.headers).toMatchObject({
        'x-tenant': 'blue',
        'content-type': 'application/x-protobuf',
        // The API server's own, as the caller wrote it.
        host: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
        'x-forwarded-uri': `${prefix()}/v1/traces`,
        'x-forwarded-for': expect.stringMatching(/^127\./),
      });
      expect(seen.headers.authorization).toBeUndefined();
    });

    it('leads to a pod by its name', async () => {
      const seen = await told({ kind: 'pods', name: on.pod.name, path: '/x' });
      expect(seen).toMatchObject({
        method: 'GET',
        url: '/x',
        headers: { 'x-forwarded-uri': `${prefix(`pods/${on.pod.name}:${ECHO}`)}/x` },
      });
    });

    it('gives back the status, the headers and the body of what stands behind it, be they errors', async () => {
      const good = await ask();
      expect(good).toMatchObject({ status: 200, headers: { 'content-type': 'application/json', 'x-own': 'yes' } });
      const bad = await ask({ path: '/status/503' });
      expect(bad).toMatchObject({ status: 503, headers: { 'content-type': 'text/plain', 'retry-after': '7' } });
      expect(bad.body.toString()).toBe('mine');
      expect(bad.refused).toBeUndefined();
      for (const answer of [good, bad]) expect(answer.headers['audit-id']).toMatch(/^[-0-9a-f]{36}$/);
    });

    it('rewrites a redirect that stays there, no other, and sends who asks for no path to the root', async () => {
      expect(await ask({ path: '/moved' })).toMatchObject({
        status: 307,
        headers: { location: `${prefix()}/elsewhere` },
      });
      expect(await ask({ path: '/away' })).toMatchObject({ headers: { location: 'https://login.example/' } });
      expect(await ask({ path: '' })).toMatchObject({ status: 301, headers: { location: `${prefix()}/` } });
    });

    it.each([
      ['no such Service', { name: 'nowhere' }, 404, 'services "nowhere" not found'],
      ['nobody behind it', { name: 'nobody' }, 503, 'no endpoints available for service "nobody"'],
      ['no such port', { port: 4000 }, 503, 'no service port 4000 found for service "echo"'],
      ['no such pod', { kind: 'pods' as const, name: 'nowhere' }, 404, 'pods "nowhere" not found'],
      ['a name that is none', { name: 'a:b:c' }, 400, 'invalid service request "a:b:c:8080"'],
    ])('says in its own words that there is %s', async (_, more, status, words) => {
      expect(await ask(more)).toMatchObject({ status, refused: words });
    });

    it('says what became of the connection to what does not listen, and of what speaks something else', async () => {
      const dead = `error trying to reach service: dial tcp ${on.pod.ip}:4999: connect: connection refused`;
      expect(await ask({ port: 4999 })).toMatchObject({ status: 503, refused: dead });
      const http2 = await ask({ port: HTTP2 });
      expect(http2.status).toBe(503);
      expect(http2.refused).toMatch(
        /^error trying to reach service: net\/http: HTTP\/1\.x transport connection broken: malformed HTTP response "\\x00\\x00[^"]*\\x04/,
      );
      expect(await ask({ tls: true })).toMatchObject({
        status: 503,
        refused: 'error trying to reach service: tls: first record does not look like a TLS handshake',
      });
    });
  });
}
