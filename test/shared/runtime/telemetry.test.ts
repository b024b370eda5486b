import { afterAll, beforeAll, expect, it } from 'vitest';
import * as z from 'zod';
import { UnavailableError } from '#shared/domain/errors.ts';
import type { Ports } from '#shared/ports/ports.ts';
import { lambda } from '#shared/runtime/lambda.ts';
import type { LogLine } from '#shared/runtime/log.ts';
import { type HttpServer, serve } from '#test/support/http-server.ts';
import { lambdaContext } from '#test/support/lambda-context.ts';

const input = z.strictObject({ incidentId: z.string().optional(), fail: z.boolean().default(false) });
const SECRET = 'Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzZW50aW5lbCJ9.c2VudGluZWwtc2lnbmF0dXJl';
const lines: LogLine[] = [];

const handler = lambda(
  'look-around',
  input,
  () =>
    async ({ fail }) => {
      if (fail) throw new UnavailableError(`no answer with ${SECRET}`);
      return 'seen';
    },
  async () => ({}) as Ports,
  { sink: (line) => void lines.push(line) },
);

let receiver: HttpServer;
let status = 200;

beforeAll(async () => {
  receiver = await serve(
    (_, response) => void response.writeHead(status, { 'content-type': 'application/json' }).end('{}'),
  );
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = receiver.url;
});
afterAll(() => receiver[Symbol.asyncDispose]());

interface Span {
  name: string;
  status?: { code?: number; message?: string };
  attributes: { key: string; value: { stringValue?: string } }[];
}

function received(): { spans: Span[]; resource: string } {
  const bodies = receiver.requests.map(({ body }) => JSON.parse(body.toString()));
  const resourceSpans = bodies.flatMap(({ resourceSpans: all }) => all);
  const spans = resourceSpans.flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap(({ spans: inner }: { spans: Span[] }) => inner),
  );
  return { spans, resource: JSON.stringify(resourceSpans.map(({ resource }) => resource)) };
}

it('a step is one span, and an OTLP receiver has it before the function returns', async () => {
  await handler({ incidentId: '20261125-093000-1a2b3c' }, lambdaContext());
  expect(receiver.requests.map(({ path }) => path)).toEqual(['/v1/traces']);
  const { spans, resource } = received();
  expect(spans.map(({ name }) => name)).toEqual(['look-around']);
  expect(resource).toContain('otlp-medic');
  const attributes = Object.fromEntries(spans[0]?.attributes.map(({ key, value }) => [key, value.stringValue]) ?? []);
  expect(attributes).toMatchObject({
    'otlp_medic.incident.id': '20261125-093000-1a2b3c',
    'faas.invocation_id': 'request-1',
  });
});

it('a step that fails is a failed span with the error, without a secret', async () => {
  await expect(handler({ fail: true }, lambdaContext())).rejects.toMatchObject({ name: 'UnavailableError' });
  const span = received().spans.at(-1);
  expect(span?.status?.code).toBe(2);
  expect(span?.attributes).toContainEqual({ key: 'error.type', value: { stringValue: 'UnavailableError' } });
  expect(JSON.stringify(receiver.requests.map(({ body }) => body.toString()))).not.toContain('eyJhbGciOiJIUzI1NiJ9');
});

it('a receiver that refuses costs a warning, never the answer', async () => {
  status = 400;
  expect(await handler({}, lambdaContext())).toBe('seen');
  expect(lines.at(-1)).toMatchObject({ level: 'warn', message: expect.stringMatching(/span/) });
});
