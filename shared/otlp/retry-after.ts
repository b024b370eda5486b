/** The wait that an answer asks for, in milliseconds: whole seconds or an HTTP date. Undefined where it asks for none. */
export function retryAfterMs(header: string | undefined, now: Date): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const at = /[a-z]{3}/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now.getTime());
}

/** What the specification lets be sent again: OTLP/HTTP, and gRPC (RESOURCE_EXHAUSTED only with RetryInfo). */
const HTTP = new Set([429, 502, 503, 504]);
const GRPC = new Set([1, 4, 10, 11, 14, 15]);

export const mayRetryHttp = (status: number): boolean => HTTP.has(status);
export const mayRetryGrpc = (status: number, retryDelayMs: number | undefined): boolean =>
  GRPC.has(status) || (status === 8 && retryDelayMs !== undefined);
