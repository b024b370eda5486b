import type { Endpoint } from '#shared/otlp/endpoint.ts';
import type { ProbeRequest } from '#shared/ports/prober.ts';
import type { Address, TlsMaterial } from './dial.ts';

/** What all calls of one run share. */
export interface Visit {
  request: ProbeRequest;
  endpoint: Endpoint;
  address: Address;
  /** of the request and of the URL, in lower case */
  headers: Record<string, string>;
  material: TlsMaterial;
  now(): Date;
  /** milliseconds for the next call: its own limit, or what is left of the run */
  limit(): number;
  signal: AbortSignal;
}
