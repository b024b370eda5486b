import type { Signal } from '#shared/domain/probe-result.ts';
import { answerHead, type GrpcAnswer, mediaType, pageWords, words } from './answer.ts';
import type { Found, ProbeCodeName } from './codes.ts';
import { partialFound } from './http-answer.ts';
import { isHandedOn, loadWords } from './overload.ts';
import { readExportResponse, readRpcStatus } from './response.ts';

const BY_HTTP: Readonly<Record<number, ProbeCodeName>> = {
  401: 'unauthenticated',
  403: 'permission-denied',
  404: 'grpc-to-http-port',
  405: 'grpc-to-http-port',
  407: 'http-proxy-interfering',
  415: 'grpc-to-http-port',
  464: 'lb-protocol-version-mismatch',
  502: 'gateway-error',
  503: 'gateway-error',
  504: 'gateway-error',
};

const BY_STATUS: Readonly<Record<number, ProbeCodeName>> = {
  1: 'connection-reset',
  3: 'payload-invalid',
  4: 'response-timeout',
  7: 'permission-denied',
  10: 'export-failing',
  11: 'export-failing',
  13: 'pipeline-permanent-error',
  14: 'export-failing',
  15: 'export-failing',
  16: 'unauthenticated',
};

function foreign({ httpStatus, headers, body }: GrpcAnswer): Found {
  const head = answerHead(httpStatus, headers);
  if (httpStatus === 200 && mediaType(headers).startsWith('application/grpc'))
    return { code: 'not-an-otlp-server', detail: `${head} without a grpc-status: a proxy drops the trailers` };
  if (httpStatus >= 300 && httpStatus < 400)
    return { code: 'redirected', detail: `${httpStatus} to ${words(headers.location ?? 'nowhere')}` };
  return { code: BY_HTTP[httpStatus] ?? 'not-an-otlp-server', detail: `${head}: "${pageWords(body)}"` };
}

/** The wait of a RetryInfo in milliseconds, where the answer has one. */
export const retryInfoMs = ({ details }: GrpcAnswer): number | undefined =>
  details && readRpcStatus(details, 'protobuf')?.retryDelayMs;

/** What the memory limiter says as an extension. */
const BARE = /^(resource[_ ]?exhausted|too many requests)?$/i;

/** RESOURCE_EXHAUSTED without RetryInfo is permanent for those who send. */
function exhausted(message: string, detail: string): Found {
  if (/larger than max/i.test(message)) return { code: 'payload-too-large', detail };
  const code = BARE.test(message.trim()) || /memory/i.test(message) ? 'memory-limiter-refusing' : 'throttled';
  return { code, detail: `${detail}, without RetryInfo: exporters drop the data` };
}

/** What a gRPC answer means; undefined where it is a good one. */
export function grpcFound(of: Signal, answer: GrpcAnswer): Found | undefined {
  const { status, message, body } = answer;
  if (status === undefined) return foreign(answer);
  if (status === 0) {
    const partial = readExportResponse(of, body, 'protobuf');
    return partial
      ? partialFound(partial)
      : { code: 'not-an-otlp-server', detail: 'the message is no export response' };
  }
  const wait = retryInfoMs(answer);
  const detail = `gRPC ${status}: "${words(message)}"`;
  const known = loadWords(message, detail);
  if (known) return known;
  if (wait !== undefined) return { code: 'throttled', detail: `${detail}, RetryInfo ${wait / 1000} s` };
  if (status === 12) {
    if (/decompressor is not installed/i.test(message)) return { code: 'content-encoding-unsupported', detail };
    return { code: 'signal-pipeline-missing', detail };
  }
  if (status === 8) return exhausted(message, detail);
  if (status !== 14 && isHandedOn(message)) return { code: 'pipeline-permanent-error', detail };
  return { code: BY_STATUS[status] ?? 'pipeline-permanent-error', detail };
}
