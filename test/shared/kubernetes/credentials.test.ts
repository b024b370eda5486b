import { describe, expect, it } from 'vitest';
import { apiServer } from '#shared/kubernetes/api-server.ts';
import type { Credentials, CredentialsProvider } from '#shared/kubernetes/server-options.ts';
import { ClusterError } from '#shared/ports/cluster.ts';
import { RESOURCES } from '#shared/ports/resources.ts';
import { faultOf } from '#test/support/cluster-contract.ts';
import { serve } from '#test/support/http-server.ts';
import { json, podList, status } from '#test/support/kubernetes-answers.ts';

/** A server that accepts one token, and a provider that has it after a renewal. */
async function guarded(accepted: string, provider: CredentialsProvider) {
  const server = await serve((received, response) => {
    const answer =
      received.headers.authorization === `Bearer ${accepted}`
        ? received.method === 'PATCH'
          ? json({ kind: 'Deployment', metadata: { name: 'a' } })
          : podList(['a'])
        : status(401, 'Unauthorized');
    answer(response, received);
  });
  return {
    cluster: apiServer({ name: 'x', url: server.url, credentials: provider }),
    requests: server.requests,
    [Symbol.asyncDispose]: server[Symbol.asyncDispose],
  };
}

const bearer = (token: string): Credentials => ({ headers: { authorization: `Bearer ${token}` } });

describe('credentials', () => {
  it('are renewed once after a 401, and the read is sent again', async () => {
    const asked: boolean[] = [];
    let token = 'old';
    await using server = await guarded('new', async ({ renew }) => {
      asked.push(renew);
      if (renew) token = 'new';
      return bearer(token);
    });
    expect(await server.cluster.list(RESOURCES.pods)).toHaveLength(1);
    expect(await server.cluster.list(RESOURCES.pods)).toHaveLength(1);
    expect(asked).toEqual([false, true, false]);
  });

  it('that stay wrong are renewed once per call, not for ever', async () => {
    await using server = await guarded('other', async () => bearer('old'));
    expect(await faultOf(server.cluster.list(RESOURCES.pods))).toMatchObject({ fault: 'unauthorized', status: 401 });
    expect(server.requests).toHaveLength(2);
  });

  it('that a patch finds expired are renewed for the next call', async () => {
    let token = 'old';
    await using server = await guarded('new', async ({ renew }) => {
      if (renew) token = 'new';
      return bearer(token);
    });
    const ref = { namespace: 'n', name: 'a' };
    const patch = () => server.cluster.patch(RESOURCES.deployments, ref, { type: 'merge', body: {} });
    expect(await faultOf(patch())).toMatchObject({ fault: 'unauthorized' });
    expect(server.requests).toHaveLength(1);
    expect(await patch()).toMatchObject({ kind: 'Deployment' });
  });

  it('that cannot be had are told in one line, and nothing is sent', async () => {
    await using server = await guarded('x', async () => {
      throw new Error('sso session\nhas expired');
    });
    expect(await faultOf(server.cluster.list(RESOURCES.pods))).toMatchObject({
      fault: 'credentials',
      message: expect.stringContaining('sso session has expired'),
    });
    expect(server.requests).toEqual([]);
  });

  it("keep the provider's own fault", async () => {
    const own = new ClusterError('dns', 'no such EKS cluster');
    await using server = await guarded('x', async () => {
      throw own;
    });
    expect(await faultOf(server.cluster.list(RESOURCES.pods))).toBe(own);
  });

  it('that never come end with the deadline', async () => {
    await using server = await guarded('x', () => new Promise(() => undefined));
    expect(await faultOf(server.cluster.list(RESOURCES.pods, {}, { timeoutMs: 50 }))).toMatchObject({
      fault: 'timeout',
      message: expect.stringContaining('no credentials'),
    });
  });

  it('that hold a line break cannot smuggle a header', async () => {
    await using server = await guarded('x', async () => bearer('x\r\nImpersonate-User: admin'));
    expect((await faultOf(server.cluster.list(RESOURCES.pods))).message).not.toContain('Impersonate');
    expect(server.requests).toEqual([]);
  });
});
