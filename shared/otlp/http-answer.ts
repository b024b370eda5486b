import type { OtlpProtocol, Signal } from '#shared/domain/probe-result.ts';
import { answerHead, type HttpAnswer, mediaType, pageWords, words } from './answer.ts';
import type { Found, ProbeCodeName } from './codes.ts';
import { isHandedOn, overloadFound } from './overload.ts';
import { readExportResponse, readRpcStatus } from './response.ts';

export const CONTENT_TYPES = { 'http/protobuf': 'application/x-protobuf', 'http/json': 'application/json' } as const;
type HttpProtocol = Exclude<OtlpProtocol, 'grpc'>;

/** Statuses that mean one thing, whatever the body says. */
const BY_STATUS: Readonly<Record<number, ProbeCodeName>> = {
  401: 'unauthenticated',
  403: 'permission-denied',
  407: 'http-proxy-interfering',
  413: 'payload-too-large',
  415: 'content-type-unsupported',
  464: 'lb-protocol-version-mismatch',
};

/** A Collector says more with words than with the number: 400 for what others give 413 or 415. */
const BY_WORDS: readonly [RegExp, ProbeCodeName][] = [
  [/HTTP request to an HTTPS server|plain HTTP request was sent to HTTPS port/i, 'plaintext-to-tls'],
  [/unsupported content-encoding|gzip: invalid header/i, 'content-encoding-unsupported'],
  [/request body too large/i, 'payload-too-large'],
  [/no org id/i, 'unauthenticated'],
  [/gRPC requires HTTP\/2|invalid gRPC request content-type/i, 'http-to-grpc-port'],
];

/** What names itself in Via and stands before the server, not before the client: load balancers, CDNs and API gateways. */
const IN_FRONT = /google|cloudfront|varnish|fastly|akamai|vegur|heroku|kong|envoy|traefik|caddy/i;

interface Asked {
  protocol: HttpProtocol;
  /** of the request */
  path: string;
  /** the export had no items */
  empty?: boolean;
  now: Date;
}

/** The paths under which backends take OTLP themselves, and what they answer there to a good export instead of a response. */
const OWN_ANSWERS: readonly [RegExp, (answer: HttpAnswer, asked: Asked) => boolean][] = [
  // Prometheus: the status alone.
  [
    /\/api\/v1\/otlp\/v1\/metrics$/,
    ({ status, headers, body }) => status === 200 && mediaType(headers) === '' && body.length === 0,
  ],
  // Loki: 204 for what it took (grafana/loki#15761), 422 for an export without records.
  [
    /\/otlp\/v1\/logs$/,
    ({ status, body }, { empty }) => (status === 204 && body.length === 0) || (status === 422 && empty === true),
  ],
];

const isTakenByBackend = (answer: HttpAnswer, asked: Asked): boolean =>
  OWN_ANSWERS.some(([path, takes]) => path.test(asked.path) && takes(answer, asked));

function successFound(of: Signal, { body, headers }: HttpAnswer, { protocol }: Asked): Found | undefined {
  const type = mediaType(headers);
  const seen = `200 with ${type || 'no content type'}: "${pageWords(body)}"`;
  if (type.startsWith('application/grpc')) return { code: 'http-to-grpc-port', detail: `200 with ${type}` };
  const packed = headers['content-encoding'];
  if (packed && packed !== 'identity')
    return { code: 'not-an-otlp-server', detail: `200 in ${words(packed)}, which was not asked for` };
  if (type !== CONTENT_TYPES[protocol]) return { code: 'not-an-otlp-server', detail: seen };
  const partial = readExportResponse(of, body, protocol === 'http/json' ? 'json' : 'protobuf');
  if (!partial) return { code: 'not-an-otlp-server', detail: `${seen}, which is no export response` };
  return partialFound(partial);
}

/** A partial success: rejected items fail, words alone warn, an empty one is none. */
export function partialFound({ rejected, message }: { rejected: bigint; message: string }): Found | undefined {
  if (rejected === 0n && message === '') return undefined;
  const said = `"${words(message)}"`;
  if (rejected === 0n) return { code: 'partial-success', detail: `a warning: ${said}`, outcome: 'degraded' };
  return { code: 'partial-success', detail: `${rejected} rejected: ${said}` };
}

/**
 * What an answer means, the status, the content type and the body together; undefined where it is a good one. 404 is
 * judged alone here: whether one signal or the whole path is missing needs the others.
 */
export function httpFound(of: Signal, answer: HttpAnswer, asked: Asked): Found | undefined {
  const { status, headers, body } = answer;
  const { now } = asked;
  if (isTakenByBackend(answer, asked)) return undefined;
  if (status === 200) return successFound(of, answer, asked);
  const type = mediaType(headers);
  const rpc = readRpcStatus(body, type === 'application/x-protobuf' ? 'protobuf' : 'json');
  const said = rpc?.message ?? pageWords(body);
  const detail = `${answerHead(status, headers)}${said === '' ? ', no body' : `: "${words(said)}"`}`;
  if (status > 200 && status < 300)
    return {
      code: 'not-an-otlp-server',
      detail: `${detail}: exporters take it for success, but a receiver answers 200 with an export response`,
    };
  if (status >= 300 && status < 400)
    return { code: 'redirected', detail: `${status} to ${words(headers.location ?? 'nowhere')}` };
  if (status < 500 && status !== 429 && isHandedOn(said)) return { code: 'pipeline-permanent-error', detail };
  const known = BY_WORDS.find(([pattern]) => pattern.test(said))?.[1] ?? BY_STATUS[status];
  if (known) return { code: known, detail };
  if (headers.via && type === 'text/html' && !IN_FRONT.test(headers.via))
    return { code: 'http-proxy-interfering', detail: `${detail}, via ${words(headers.via)}` };
  if (status === 404) return { code: type === 'text/plain' ? 'path-not-found' : 'not-an-otlp-server', detail };
  if (status === 429 || status >= 500) return overloadFound({ status, said, rpc, headers, detail, now });
  if (status === 400 && (rpc || type === 'text/plain')) return { code: 'payload-invalid', detail };
  return { code: 'not-an-otlp-server', detail };
}
