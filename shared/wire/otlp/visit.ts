import type { HttpAnswer } from '#shared/otlp/answer.ts';
import type { Validity } from '#shared/otlp/clocks.ts';
import type { Found } from '#shared/otlp/codes.ts';
import type { Endpoint } from '#shared/otlp/endpoint.ts';
import type { ProbeRequest } from '#shared/ports/prober.ts';
import type { Address, TlsMaterial } from './dial.ts';
import type { OwnSide } from './own-side.ts';

/** One OTLP/HTTP request, and what came of it: an answer, or what it means that there is none. */
export type Post = (
  path: string,
  headers: Record<string, string>,
  body: Buffer,
) => Promise<{ value: HttpAnswer } | { found: Found }>;

/** What all exports of one run share. */
export interface Visit {
  request: ProbeRequest;
  endpoint: Endpoint;
  post: Post;
  /** of the request and of the URL, in lower case */
  headers: Record<string, string>;
  now(): Date;
  side: OwnSide;
  /** of the endpoint's certificate */
  validity?: Validity;
  /** milliseconds for the next call: its own limit, or what is left of the run */
  limit(): number;
  signal: AbortSignal;
}

/** A visit by sockets of this process. */
export interface DirectVisit extends Visit {
  address: Address;
  material: TlsMaterial;
  /** what the server has said by itself on a connection that nothing was said on */
  heard(): Buffer;
}

export const isDirect = (visit: Visit): visit is DirectVisit => 'address' in visit;
