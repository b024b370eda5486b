import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apiServer } from '#shared/kubernetes/api-server.ts';
import { MAX_TRIES, MAX_TRIES_AS_ASKED, retryAfterMs, retrying } from '#shared/kubernetes/retry.ts';
import { ClusterError } from '#shared/ports/cluster.ts';
import { RESOURCES } from '#shared/ports/resources.ts';
import { faultOf } from '#test/support/cluster-contract.ts';
import { serve } from '#test/support/http-server.ts';
import {
  type Answer,
  cutShort,
  hang,
  inTurn,
  json,
  podList,
  reset,
  stall,
  status,
  text,
} from '#test/support/kubernetes-answers.ts';

const namespace = 'otlp-system';

describe('a read', () => {
  it.each<[string, Answer]>([
    ['a 429', status(429, 'busy', { 'retry-after': '0' })],
    ['a 500', status(500)],
    ['a 503 of a load balancer', text('no healthy upstream', 503)],
    ['a closed connection', reset],
    ['half an answer', cutShort],
  ])('is tried again after %s', async (_, failure) => {
    await using server = await serve(inTurn(failure, podList(['a'])));
    const pods = await apiServer({ name: 'x', url: server.url }).list(RESOURCES.pods, { namespace });
    expect(pods).toHaveLength(1);
    expect(server.requests).toHaveLength(2);
  });

  it.each([400, 401, 403, 404, 409, 422, 501])('is not tried again after a %i', async (code) => {
    await using server = await serve(inTurn(status(code), podList([])));
    const cluster = apiServer({ name: 'x', url: server.url });
    expect(await faultOf(cluster.list(RESOURCES.pods, { namespace }))).toMatchObject({ status: code });
    expect(server.requests).toHaveLength(1);
  });

  it('is not held back by a Retry-After beyond its deadline: the server is quoted at once', async () => {
    const later = new Date(Date.now() + 3_600_000).toUTCString();
    await using server = await serve(inTurn(status(429, 'busy', { 'retry-after': later })));
    const cluster = apiServer({ name: 'x', url: server.url });
    const fault = await faultOf(cluster.list(RESOURCES.pods, { namespace }, { timeoutMs: 60_000 }));
    expect(fault).toMatchObject({ fault: 'throttled', message: expect.stringMatching(/asks to wait 3[56]\d\d s/) });
    expect(server.requests).toHaveLength(1);
  });
});

it.each([
  ['5', 5000],
  [' 0 ', 0],
  ['Wed, 25 Nov 2026 01:00:30 GMT', 30_000],
  ['Wed, 25 Nov 2026 00:00:00 GMT', 0],
  ['-5', undefined],
  ['1.5', undefined],
  ['soon', undefined],
  ['', undefined],
  [undefined, undefined],
])('reads Retry-After %j as %j ms', (header, ms) => {
  expect(retryAfterMs(header, Date.parse('2026-11-25T01:00:00Z'))).toBe(ms);
});

it('never waits past the deadline, less than the server asks, or more often than allowed', async () => {
  const failure = fc.record({
    retry: fc.boolean(),
    afterMs: fc.option(fc.nat(5000), { nil: undefined }),
    tookMs: fc.nat(2000),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(failure, { maxLength: 8 }),
      fc.nat(10_000),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      async (script, limit, chance) => {
        let now = 0;
        let tries = 0;
        const waits: number[] = [];
        const pace = {
          remainingMs: () => limit - now,
          sleep: async (ms: number) => {
            waits.push(ms);
            now += ms;
            expect(now).toBeLessThanOrEqual(limit);
          },
          random: () => chance,
        };
        const attempt = async () => {
          const step = script[tries++];
          if (!step) return { answer: 'yes' };
          now += step.tookMs;
          const { retry, afterMs } = step;
          const error = new ClusterError('server', `try ${tries}`);
          return { error, retry, ...(afterMs === undefined ? {} : { afterMs }) };
        };
        const outcome = await retrying(attempt, pace).catch((error: unknown) => error);
        const most = script.some(({ afterMs }) => afterMs !== undefined) ? MAX_TRIES_AS_ASKED : MAX_TRIES;
        expect(tries).toBeLessThanOrEqual(most);
        for (const [i, wait] of waits.entries()) expect(wait).toBeGreaterThanOrEqual(script[i]?.afterMs ?? 0);
        if (outcome instanceof ClusterError) expect(outcome.message).toBe(`try ${tries}`);
        else expect(outcome).toEqual({ answer: 'yes' });
      },
    ),
  );
});

it('whatever the server does, a call ends in time with a value or a fault, and a patch is sent at most once', async () => {
  const answers: Record<string, Answer> = {
    fine: podList(['a']),
    object: json({ kind: 'Deployment', apiVersion: 'apps/v1', metadata: { name: 'a' } }),
    more: podList(['a'], 'more'),
    empty: text('', 204),
    html: text('<html>', 200, { 'content-type': 'text/html' }),
    expired: status(410),
    busy: status(429, 'busy', { 'retry-after': '0' }),
    busyLong: status(429, 'busy', { 'retry-after': '86400' }),
    busyGarbage: status(429, 'busy', { 'retry-after': 'when I like' }),
    broken: status(500),
    unknown: status(401),
    reset,
    cutShort,
    hang,
    stall,
  };
  const script = fc.array(fc.constantFrom(...Object.keys(answers)), { minLength: 1, maxLength: 6 });
  const method = fc.constantFrom('list', 'get', 'log', 'can', 'patch');
  await fc.assert(
    fc.asyncProperty(script, method, fc.integer({ min: 20, max: 250 }), async (steps, kind, timeoutMs) => {
      await using server = await serve(inTurn(...steps.map((step) => answers[step] ?? hang)));
      const credentials = async () => ({ headers: { authorization: 'Bearer x' } });
      const cluster = apiServer({ name: 'x', url: server.url, credentials });
      const ref = { namespace, name: 'a' };
      const calls = {
        list: () => cluster.list(RESOURCES.pods, { namespace }, { timeoutMs }),
        get: () => cluster.get(RESOURCES.pods, ref, { timeoutMs }),
        log: () => cluster.podLog({ namespace, pod: 'a', container: 'c' }, { timeoutMs }),
        can: () => cluster.can({ verb: 'get', resource: 'pods' }, { timeoutMs }),
        patch: () => cluster.patch(RESOURCES.deployments, ref, { type: 'merge', body: {} }, { timeoutMs }),
      };
      const begun = performance.now();
      const outcome = await calls[kind as keyof typeof calls]().catch((error: unknown) => error);
      // generous: the machine may be busy, but no wait of the adapter's own may go beyond the deadline
      expect(performance.now() - begun).toBeLessThan(timeoutMs + 10_000);
      if (outcome instanceof Error) {
        expect(outcome).toBeInstanceOf(ClusterError);
        expect(outcome.message).not.toMatch(/[\n\r]/);
      }
      if (kind === 'patch') expect(server.requests.length).toBeLessThanOrEqual(1);
    }),
    { numRuns: 40 },
  );
}, 60_000);
