import { createServer, type ServerHttp2Stream } from 'node:http2';
import type { Server } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { readBody } from '../read-body.ts';
import type { Intake } from './collector-pipelines.ts';
import { countProtobuf, type Signal } from './otlp-wire.ts';

const METHOD = /^\/opentelemetry\.proto\.collector\.(trace|metrics|logs)\.v1\.(?:Trace|Metrics|Logs)Service\/Export$/;
const SIGNALS: Record<string, Signal> = { trace: 'traces', metrics: 'metrics', logs: 'logs' };
const OK = 0;
const INTERNAL = 13;
const UNIMPLEMENTED = 12;
/** Not compressed, two bytes long, an empty partial success. */
const SUCCESS = Buffer.from([0, 0, 0, 0, 2, 0x0a, 0x00]);
const HEADER_BYTES = 5;
/** The first of them; the Collector has gzip built in. */
const COMPRESSED = 1;

/** The OTLP/gRPC receiver: HTTP/2 without TLS, one unary method for each signal that has a pipeline. */
export function otlpGrpcReceiver(signals: readonly Signal[], take: Intake): Server {
  const server = createServer();
  server.on('stream', async (stream, headers) => {
    const path = headers[':path'] ?? '';
    const signal = SIGNALS[METHOD.exec(path)?.[1] ?? ''];
    if (!signal || !signals.includes(signal)) {
      end(stream, UNIMPLEMENTED, `unknown service ${path.split('/')[1] ?? ''}`);
      return;
    }
    const body = await readBody(stream);
    if (!body) return;
    try {
      const sent = body.subarray(HEADER_BYTES);
      const message = body[0] === COMPRESSED ? gunzipSync(sent) : sent;
      take(signal, 'grpc', { type: 'application/x-protobuf', body: message, count: countProtobuf(message) });
      end(stream, OK);
    } catch (error) {
      end(stream, INTERNAL, `grpc: error unmarshalling request: ${error instanceof Error ? error.message : error}`);
    }
  });
  return server;
}

function end(stream: ServerHttp2Stream, status: number, message?: string): void {
  const outcome = { 'grpc-status': String(status), ...(message ? { 'grpc-message': encodeURI(message) } : {}) };
  const headers = { ':status': 200, 'content-type': 'application/grpc' };
  if (status !== OK) {
    stream.respond({ ...headers, ...outcome }, { endStream: true });
    return;
  }
  stream.respond(headers, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers(outcome));
  stream.end(SUCCESS);
}
