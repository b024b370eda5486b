import { InputError } from '#shared/domain/errors.ts';

/** RFC 9110 tokens; a value must not end a line. */
const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** What belongs to the connection or to the message itself: a sender of its own would contradict it. */
const NOT_TO_BE_SENT = new Set([
  ...['connection', 'content-length', 'expect', 'keep-alive', 'proxy-connection'],
  ...['te', 'trailer', 'transfer-encoding', 'upgrade'],
]);

function decoded(value: string, name: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    throw new InputError(
      `headers: the value of "${name}" is not percent-encoded: write % as %25, as OTEL_EXPORTER_OTLP_HEADERS wants it`,
    );
  }
}

/**
 * `k=v,k2=v2` with percent-encoded values, the form of OTEL_EXPORTER_OTLP_HEADERS. Names in lower case, as gRPC wants
 * them. Throws an InputError that never holds a value.
 */
export function readHeaders(written: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [index, part] of written.split(',').entries()) {
    if (part.trim() === '') continue;
    const equals = part.indexOf('=');
    const name = part.slice(0, Math.max(0, equals)).trim().toLowerCase();
    if (!NAME.test(name)) throw new InputError(`headers: part ${index + 1} is not name=value`);
    if (NOT_TO_BE_SENT.has(name))
      throw new InputError(`headers: "${name}" belongs to the connection and cannot be sent: leave it out`);
    const value = decoded(part.slice(equals + 1).trim(), name);
    if (!/^[\t\x20-\x7e]*$/.test(value))
      throw new InputError(`headers: the value of "${name}" has characters that a header cannot carry`);
    headers[name] = value;
  }
  return headers;
}
