import type { RungName, Vantage } from '#shared/domain/probe-result.ts';
import type { Endpoint } from '#shared/otlp/endpoint.ts';
import type { RungReport } from '#shared/otlp/ladder-result.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { ProbeRequest } from '#shared/ports/prober.ts';
import type { SignQuery } from '#shared/ports/sign-query.ts';
import type { Guard } from './address-guard.ts';
import type { TlsMaterial } from './dial.ts';
import type { OwnSide } from './own-side.ts';
import type { ApiServerOf } from './walk-api-server.ts';

/** One walk up the ladder. */
export interface Run {
  request: ProbeRequest;
  endpoint: Endpoint;
  /** of the URL and of the request, in lower case */
  headers: Record<string, string>;
  material: TlsMaterial;
  guard: Guard;
  vantage: Vantage;
  side: OwnSide;
  apiServerOf: ApiServerOf;
  clock: Clock;
  /** for backends of AWS */
  sign?: SignQuery;
  signal: AbortSignal;
  /** milliseconds that are left */
  leftMs(): number;
  /** milliseconds for the next call: its own limit, or what is left */
  limit(): number;
  /** keeps what a rung came to; false = the ladder ends here */
  climb(report: RungReport): boolean;
  /** why a rung is left out though nothing failed below it */
  notChecked: Partial<Record<RungName, string>>;
}
