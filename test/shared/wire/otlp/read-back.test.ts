import { describe, expect, it } from 'vitest';
import { querySigner } from '#shared/aws/sign-query.ts';
import { makeCanary } from '#shared/otlp/canary.ts';
import type { StoreQuery } from '#shared/ports/prober.ts';
import { noGuard } from '#shared/wire/otlp/address-guard.ts';
import { readBack } from '#shared/wire/otlp/read-back.ts';
import { type Received, serve } from '#test/support/http-server.ts';

const AT = new Date('2026-11-20T08:00:00Z');
const canary = makeCanary(AT, Buffer.alloc(20, 7), { target: 'shop', instance: 'grpc http://collector:4317' });
const RUN = { key: 'otlp_medic.run_id', value: { stringValue: canary.runId } };
const SERVICE = { key: 'service.name', value: { stringValue: 'otlp-medic-canary' } };
const trace = [{ resource: { attributes: [SERVICE] }, scopeSpans: [{ spans: [{ attributes: [RUN] }] }] }];
const unmarked = [{ resource: { attributes: [SERVICE] }, scopeSpans: [{ spans: [{ attributes: [] }] }] }];

type Reply = { status?: number; json?: unknown; text?: string };
const NOT_THERE: Reply = { status: 404, text: '404 page not found\n' };
const PAGE: Reply = { text: '<!doctype html><title>UI</title>' };

/** One look at a server that answers as `reply` says. */
async function look(
  query: Omit<StoreQuery, 'url'>,
  reply: (received: Received) => Reply,
  options: Partial<Parameters<typeof readBack>[2]> = {},
) {
  await using server = await serve((received, response) => {
    const { status = 200, json, text = JSON.stringify(json) } = reply(received);
    response.writeHead(status).end(text);
  });
  const call = { material: {}, timeoutMs: 1000, signal: AbortSignal.timeout(5000), guard: noGuard };
  const read = await readBack({ ...query, url: `${server.url}/` }, canary, { call, untilMs: 0, ...options });
  return { ...read, asked: server.requests };
}

/** Answers one path, and all others as a server without it does. */
const only =
  (path: string, reply: Reply, others: Reply = NOT_THERE) =>
  (received: Received): Reply =>
    received.path === path ? reply : others;

const lokiPath = '/loki/api/v1/query_range';
const metrics = (...values: number[]) => ({
  status: 'success',
  data: { resultType: 'matrix', result: [{ metric: {}, values: values.map((value) => [1, String(value)]) }] },
});
const xraySegment = {
  Id: '1',
  Document: JSON.stringify({ metadata: { default: { 'otlp_medic.run_id': canary.runId } } }),
};

describe('a canary that is there', () => {
  it.each<[string, Omit<StoreQuery, 'url'>, (received: Received) => Reply, string]>([
    [
      'Tempo, v2',
      { kind: 'tempo' },
      only(`/api/v2/traces/${canary.traceId}`, { json: { trace: { resourceSpans: trace } } }),
      'traces',
    ],
    [
      'Tempo before it had v2',
      { kind: 'tempo' },
      only(`/api/traces/${canary.traceId}`, { json: { batches: trace } }),
      'traces',
    ],
    [
      'Jaeger without the wrapping',
      { kind: 'jaeger' },
      only(`/api/v3/traces/${canary.traceId}`, { json: { resourceSpans: trace } }, PAGE),
      'traces',
    ],
    ['Prometheus', { kind: 'prometheus' }, only('/api/v1/query', { json: metrics(1, canary.value) }), 'metrics'],
    [
      'Loki',
      { kind: 'loki' },
      only(lokiPath, { json: { status: 'success', data: { result: [{ values: [['1', 'x']] }] } } }),
      'logs',
    ],
    [
      'X-Ray',
      { kind: 'xray' },
      only('/Traces', { json: { Traces: [{ Segments: [xraySegment] }], UnprocessedTraceIds: [] } }),
      'traces',
    ],
  ])('is found: %s', async (_, query, reply, signal) => {
    const read = await look(query, reply);
    expect(read).toMatchObject({ signal, detail: expect.stringContaining('has it') });
    expect(read.found).toBeUndefined();
    expect(read.unread).toBeUndefined();
  });

  it.each<[string, string, Reply]>([
    ['loki', '/loki/api/v1/status/buildinfo', { json: { version: '3.6.0' } }],
    ['tempo', '/api/status/buildinfo', { json: { version: '2.9.0' } }],
    ['prometheus', '/api/v1/status/buildinfo', { json: { status: 'success', data: { version: '3.16.0' } } }],
  ])('is asked for in the way of %s where the URL does not say what answers', async (kind, path, reply) => {
    const read = await look({ kind: 'unknown' }, only(path, reply));
    expect(read.unread ?? read.found?.detail).toContain(`${kind} `);
  });

  it('without its mark is altered', async () => {
    const read = await look(
      { kind: 'tempo' },
      only(`/api/v2/traces/${canary.traceId}`, { json: { trace: { resourceSpans: unmarked } } }),
    );
    expect(read.found).toMatchObject({ code: 'stored-altered', detail: expect.stringContaining(canary.traceId) });
  });
});

describe('a canary that is not there', () => {
  it.each<[Omit<StoreQuery, 'url'>, (received: Received) => Reply]>([
    [{ kind: 'tempo' }, () => NOT_THERE],
    [
      { kind: 'jaeger' },
      only(`/api/v3/traces/${canary.traceId}`, { status: 404, json: { error: { httpCode: 404 } } }, PAGE),
    ],
    [{ kind: 'prometheus' }, () => ({ json: metrics(canary.value - 1, canary.value + 1) })],
    [{ kind: 'loki' }, () => ({ json: { status: 'success', data: { result: [] } } })],
  ])('is not stored: %o', async (query, reply) => {
    expect((await look(query, reply)).found).toMatchObject({ code: 'not-stored' });
  });

  it('proves nothing at X-Ray, which shows traces late', async () => {
    const read = await look({ kind: 'xray' }, () => ({ json: { Traces: [], UnprocessedTraceIds: [] } }));
    expect(read).toMatchObject({ unread: expect.stringContaining('up to a minute') });
    expect(read.found).toBeUndefined();
  });

  it('says whose data was read, and finds it with the tenant it was sent to', async () => {
    const reply = ({ headers, path }: Received): Reply =>
      path.startsWith('/api/v2') && headers['x-scope-orgid'] === 'a'
        ? { json: { trace: { resourceSpans: trace } } }
        : NOT_THERE;
    const aligned = await look({ kind: 'tempo' }, reply, { sentTenant: 'a' });
    expect(aligned.detail).toContain('has it');
    const apart = await look({ kind: 'tempo', tenant: 'b' }, reply, { sentTenant: 'a' });
    expect(apart.found).toMatchObject({ code: 'wrong-tenant', detail: expect.stringMatching(/tenant "a".*"b"/) });
    const nowhere = await look({ kind: 'tempo', tenant: 'b' }, reply, { sentTenant: 'c' });
    expect(nowhere.found).toMatchObject({ code: 'not-stored', detail: expect.stringContaining('tenant "b"') });
  });
});

it('is not asked for a signal that was not sent', async () => {
  const read = await look({ kind: 'prometheus' }, () => ({ json: metrics() }), { signals: ['traces'], untilMs: 500 });
  expect(read.asked).toEqual([]);
  expect(read.found).toBeUndefined();
});

describe('a read that fails', () => {
  it.each<[string, Omit<StoreQuery, 'url'>, Reply]>([
    ['storage is down', { kind: 'jaeger' }, { status: 500, json: { errors: [{ code: 500, msg: 'no hosts' }] } }],
    ['a page of a user interface', { kind: 'jaeger' }, PAGE],
    ['no tenant is named', { kind: 'loki' }, { status: 401, text: 'no org id' }],
    [
      'a query that is refused',
      { kind: 'prometheus' },
      { status: 422, json: { status: 'error', error: 'too many samples' } },
    ],
    ['another shape', { kind: 'prometheus' }, { json: { status: 'success', data: 7 } }],
    ['ids that were left', { kind: 'xray' }, { json: { Traces: [], UnprocessedTraceIds: ['1-0-0'] } }],
  ])('says nothing about the data: %s', async (_, query, reply) => {
    const read = await look(query, () => reply);
    expect(read.found).toBeUndefined();
    expect(read.unread).toContain(`${query.kind} answers ${reply.status ?? 200}`);
  });

  it.each([401, 403])('is not asked again where the reader is refused: %i', async (status) => {
    const read = await look({ kind: 'prometheus' }, () => ({ status, text: 'no' }), { untilMs: 500 });
    expect(read.unread).toBe(`prometheus answers ${status} "no"`);
    expect(read.asked).toHaveLength(1);
  });
});

describe('a backend of AWS', () => {
  const clock = { now: () => AT };
  const sign = querySigner(async () => ({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }), clock);

  it('is asked for the id in the form of X-Ray', async () => {
    const { asked } = await look({ kind: 'xray' }, () => ({ json: { Traces: [] } }));
    const [id] = JSON.parse(asked[0]?.body.toString() ?? '').TraceIds;
    expect(asked[0]?.method).toBe('POST');
    expect(id).toBe(`1-${canary.traceId.slice(0, 8)}-${canary.traceId.slice(8)}`);
  });

  it.each([
    ['https://xray.eu-central-1.amazonaws.com/Traces', '20261120/eu-central-1/xray/aws4_request'],
    [
      'https://aps-workspaces.us-east-1.amazonaws.com/workspaces/ws-1/api/v1/query',
      '20261120/us-east-1/aps/aws4_request',
    ],
  ])('gets a signed request: %s', async (url, scope) => {
    const headers = await sign(new URL(url), '{}');
    expect(headers.authorization).toContain(`Credential=AKIDEXAMPLE/${scope}`);
    expect(headers['x-amz-date']).toBe('20261120T080000Z');
  });

  it.each([
    'http://tempo:3200/api',
    'https://xray.eu-central-1.amazonaws.com.example.net/',
    'https://s3.eu-central-1.amazonaws.com/',
  ])('no other host is shown a signature: %s', async (url) => expect(await sign(new URL(url))).toEqual({}));

  it('is not asked without credentials, and the result says so', async () => {
    const none = querySigner(async () => {
      throw Object.assign(new Error('Could not load credentials from any providers'), {
        name: 'CredentialsProviderError',
      });
    }, clock);
    const call = { material: {}, timeoutMs: 1000, signal: AbortSignal.timeout(5000), guard: noGuard };
    const url = 'https://xray.eu-central-1.amazonaws.com';
    const read = await readBack({ kind: 'unknown', url }, canary, { call, untilMs: 0, sign: none });
    expect(read.unread).toMatch(/^xray: no credentials to ask xray\.eu-central-1/);
  });
});
