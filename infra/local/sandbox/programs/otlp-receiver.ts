import type { RequestListener } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { readBody } from '../read-body.ts';
import type { Intake } from './collector-pipelines.ts';
import { countJson, countProtobuf, encodeStatus, type Signal } from './otlp-wire.ts';

/** An empty partial success, as the Collector writes it; no rejection. */
const SUCCESS_PROTOBUF = Buffer.from([0x0a, 0x00]);
const SUCCESS_JSON = '{"partialSuccess":{}}';
const PLAIN = { 'content-type': 'text/plain' };

/** Other encodings that the Collector knows nobody sends here. Throws in its words. */
function unpacked(body: Buffer, encoding: string | undefined): Buffer {
  if (encoding === undefined || encoding === 'identity') return body;
  if (encoding !== 'gzip') throw new Error(`unsupported Content-Encoding: ${encoding}`);
  try {
    return gunzipSync(body);
  } catch {
    throw new Error('gzip: invalid header');
  }
}

/** The OTLP/HTTP receiver: the answers of the Collector 0.161, byte for byte, for the pipelines that there are. */
export const otlpReceiver =
  (signals: readonly Signal[], take: Intake): RequestListener =>
  async (request, response) => {
    const signal = /^\/v1\/(traces|metrics|logs)$/.exec(request.url ?? '')?.[1] as Signal | undefined;
    if (!signal || !signals.includes(signal)) {
      response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' });
      response.end('404 page not found\n');
      return;
    }
    if (request.method !== 'POST') {
      response.writeHead(405, PLAIN).end('405 method not allowed, supported: [POST]');
      return;
    }
    const type = request.headers['content-type']?.split(';')[0];
    if (type !== 'application/json' && type !== 'application/x-protobuf') {
      response
        .writeHead(415, PLAIN)
        .end('415 unsupported media type, supported: [application/json, application/x-protobuf]');
      return;
    }
    const sent = await readBody(request);
    if (!sent) return;
    try {
      const body = unpacked(sent, request.headers['content-encoding']);
      const count = type === 'application/json' ? countJson(signal, body.toString()) : countProtobuf(body);
      take(signal, 'http', { type, body, count });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const status = type === 'application/json' ? JSON.stringify({ code: 3, message }) : encodeStatus(3, message);
      response.writeHead(400, { 'content-type': type }).end(status);
      return;
    }
    response
      .writeHead(200, { 'content-type': type })
      .end(type === 'application/json' ? SUCCESS_JSON : SUCCESS_PROTOBUF);
  };
