import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { Signal } from '#shared/domain/probe-result.ts';
import { type Found, outcomeOf, type ProbeCodeName } from '#shared/otlp/codes.ts';
import { pathOf } from '#shared/otlp/endpoint.ts';
import { grpcFound, retryInfoMs } from '#shared/otlp/grpc-answer.ts';
import { CONTENT_TYPES, httpFound } from '#shared/otlp/http-answer.ts';
import { asJson, asProtobuf, type ExportRequest, SIGNALS } from '#shared/otlp/messages.ts';
import { mayRetryGrpc, mayRetryHttp, retryAfterMs } from '#shared/otlp/retry-after.ts';
import { grpcCall } from './grpc-call.ts';
import { callFound } from './neighbours.ts';
import { isDirect, type Visit } from './visit.ts';

export interface Sent {
  found: Found | null;
  /** of the answer that counts */
  durationMs: number;
  /** the server's clock, where it tells it */
  date?: string;
}

interface Once extends Sent {
  /** a second try is allowed, after so long */
  again?: number;
}

/** A wait that nobody named. */
const PAUSE_MS = 200;
/** Longer ones are the sender's business, not the probe's. */
const LONGEST_PAUSE_MS = 5000;

type Encoding = 'identity' | 'gzip';

const encoded = (message: Buffer, encoding: Encoding): Buffer => (encoding === 'gzip' ? gzipSync(message) : message);

async function byHttp(visit: Visit, of: Signal, request: ExportRequest, encoding: Encoding): Promise<Once> {
  const { protocol } = visit.request;
  if (protocol === 'grpc') throw new TypeError('gRPC has its own call');
  const started = performance.now();
  const path = pathOf(visit.endpoint, of);
  const answer = await visit.post(
    path,
    {
      ...visit.headers,
      'content-type': CONTENT_TYPES[protocol],
      ...(encoding === 'gzip' && { 'content-encoding': 'gzip' }),
    },
    encoded(protocol === 'http/json' ? asJson(request) : asProtobuf(of, request), encoding),
  );
  const durationMs = performance.now() - started;
  if ('found' in answer) {
    const { found } = answer;
    return { found, durationMs, ...(found.code === 'connection-reset' && { again: 0 }) };
  }
  const { status, headers: said } = answer.value;
  const empty = request[SIGNALS[of].root]?.length === 0;
  const found = httpFound(of, answer.value, { protocol, path, empty, now: visit.now() }) ?? null;
  const wait = retryAfterMs(said['retry-after'], visit.now()) ?? PAUSE_MS;
  return {
    found,
    durationMs,
    ...(said.date !== undefined && { date: said.date }),
    ...(mayRetryHttp(status) && { again: wait }),
  };
}

async function byGrpc(visit: Visit, of: Signal, request: ExportRequest, encoding: Encoding): Promise<Once> {
  if (!isDirect(visit)) throw new TypeError('gRPC goes by sockets of this process alone');
  const { endpoint, address, headers, material, signal } = visit;
  const started = performance.now();
  const answer = await grpcCall({
    ...endpoint,
    address,
    service: SIGNALS[of].service,
    headers,
    message: encoded(asProtobuf(of, request), encoding),
    compressed: encoding === 'gzip',
    material,
    timeoutMs: visit.limit(),
    signal,
  });
  const durationMs = performance.now() - started;
  if ('fault' in answer) {
    const found = await callFound(visit, answer.fault);
    return { found, durationMs, ...(found.code === 'connection-reset' && { again: 0 }) };
  }
  const found = grpcFound(of, answer.value) ?? null;
  const { status } = answer.value;
  const asked = retryInfoMs(answer.value);
  const may = status === undefined ? mayRetryHttp(answer.value.httpStatus) : mayRetryGrpc(status, asked);
  return { found, durationMs, ...(may && { again: asked ?? PAUSE_MS }) };
}

const onceBy = ({ request: { protocol } }: Visit) => (protocol === 'grpc' ? byGrpc : byHttp);

/** Refusals that are about the form of a body, not about the moment or the sender. */
const OF_FORM: ReadonlySet<ProbeCodeName> = new Set([
  'content-encoding-unsupported',
  'content-type-unsupported',
  'payload-invalid',
  'not-an-otlp-server',
]);

/** The refusal of a gzip body where the same export without it is taken: most Collectors send so by default. */
export async function gzipFound(visit: Visit, of: Signal, request: ExportRequest): Promise<Found | undefined> {
  const { found } = await onceBy(visit)(visit, of, request, 'gzip');
  if (!found || !OF_FORM.has(found.code)) return undefined;
  return {
    code: 'content-encoding-unsupported',
    detail: `with gzip ${found.detail}; without it the same export is taken`,
    outcome: 'degraded',
  };
}

/** One export of one signal, and a second one where the specification allows it and the wait is short. */
export async function send(visit: Visit, of: Signal, request: ExportRequest): Promise<Sent> {
  const once = onceBy(visit);
  const first = await once(visit, of, request, 'identity');
  if (!first.found || first.again === undefined) return first;
  if (first.again > LONGEST_PAUSE_MS || first.again + PAUSE_MS > visit.limit()) return first;
  await sleep(first.again, undefined, { signal: visit.signal }).catch(() => undefined);
  if (visit.signal.aborted) return first;
  const second = await once(visit, of, request, 'identity');
  if (second.found && outcomeOf(second.found) === 'fail')
    return { ...second, found: { ...second.found, detail: `${second.found.detail}, twice` } };
  if (first.found.code === 'connection-reset') return second;
  const detail = `${first.found.detail}, taken on the second try`;
  return { ...second, found: { ...first.found, detail, outcome: 'degraded' } };
}
