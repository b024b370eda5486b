import { type HttpAnswer, mediaType } from './answer.ts';
import type { Found } from './codes.ts';
import type { RpcStatus } from './response.ts';
import { retryAfterMs } from './retry-after.ts';

const MEMORY = /data refused due to high memory usage/i;
/** An exporter's words for the answer of its backend: with them a 401 is not about the sender's credentials. */
const HANDED_ON = /error exporting items/i;
const QUEUE = /sending queue is full/i;
/** Envoy's words for what is not behind it, in HTTP and in gRPC. */
const NOBODY = /upstream connect error|no healthy upstream|upstream request timeout/i;

/** The words with which a Collector refuses because of its load, or a proxy for want of one; undefined for others. */
export function loadWords(said: string, detail: string): Found | undefined {
  if (MEMORY.test(said)) return { code: 'memory-limiter-refusing', detail };
  if (QUEUE.test(said)) return { code: 'queue-full', detail };
  if (NOBODY.test(said)) return { code: 'gateway-error', detail };
  return undefined;
}

/** A permanent refusal of the backend that a Collector without a queue hands on. */
export const isHandedOn = (said: string): boolean => HANDED_ON.test(said);

export interface Overload {
  status: number;
  said: string;
  rpc: RpcStatus | undefined;
  headers: HttpAnswer['headers'];
  detail: string;
  now: Date;
}

/** 429 and 5xx: who says so, and whether a wait is asked for. */
export function overloadFound({ status, said, rpc, headers, detail, now }: Overload): Found {
  const known = loadWords(said, detail);
  if (known) return known;
  const wait = retryAfterMs(headers['retry-after'], now);
  if (wait !== undefined && (status === 429 || status === 503))
    return { code: 'throttled', detail: `${detail}, Retry-After ${Math.ceil(wait / 1000)} s` };
  // The memory limiter as an extension answers with the bare words of the status, and asks for no wait.
  if (status === 429)
    return { code: /^too many requests$/i.test(said) ? 'memory-limiter-refusing' : 'throttled', detail };
  const ownWords = rpc !== undefined && mediaType(headers) !== 'text/html';
  if (status === 500) return { code: ownWords ? 'pipeline-permanent-error' : 'not-an-otlp-server', detail };
  // A Collector that hands on at once, without a queue, answers with the fault of its exporter.
  if (status === 503 && ownWords) return { code: 'export-failing', detail };
  return { code: 'gateway-error', detail };
}
