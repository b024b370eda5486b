import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';
import { gunzipSync } from 'node:zlib';
import { InputError } from '#shared/domain/errors.ts';
import type { Signal } from '#shared/domain/probe-result.ts';
import type { Canary } from '#shared/otlp/canary.ts';
import { returnedIn, signalOfPath } from '#shared/otlp/receipt.ts';
import type { ReadBack } from './read-back.ts';

/** What a batch of a Collector may have beside the canary; more is not what was documented, and is refused. */
const MOST_BYTES = 4 * 1024 * 1024;

/** What the Collector's own pipeline for canaries gives back. */
export interface Receipt {
  /** Waits until each signal has come back, at most so long. */
  returned(signals: readonly Signal[], options: { untilMs: number; signal: AbortSignal }): Promise<ReadBack[]>;
}

interface ListeningReceipt extends Receipt, AsyncDisposable {}

function placeOf(listen: string): { host: string; port: number } {
  const [, host = '', port = ''] = /^\[?([^\s[\]]+?)\]?:(\d{1,5})$/.exec(listen) ?? [];
  if (host === '' || Number(port) > 65_535)
    throw new InputError(`--receipt-listen "${listen}": write an address of this machine and a port, 127.0.0.1:4319`);
  return { host, port: Number(port) };
}

/** The bytes of a request, unzipped; undefined for more than are taken. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BYTES) return undefined;
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  return request.headers['content-encoding'] === 'gzip' ? gunzipSync(body, { maxOutputLength: MOST_BYTES }) : body;
}

/**
 * A receiver of OTLP over HTTP for the time of one run, at `HOST:PORT`. Throws an InputError where nothing can listen
 * there.
 */
export async function listenForReceipt(listen: string, canary: Canary): Promise<ListeningReceipt> {
  const { host, port } = placeOf(listen);
  const started = performance.now();
  const back = new Map<Signal, { ms: number; altered: boolean }>();
  let exports = 0;
  let wake = (): void => undefined;

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const of = request.method === 'POST' ? signalOfPath(request.url ?? '') : undefined;
    if (!of) return void response.writeHead(404).end();
    const body = await bodyOf(request);
    if (!body) return void response.writeHead(413).end();
    exports++;
    const seen = returnedIn(of, body, canary);
    if (seen !== 'absent' && !back.has(of))
      back.set(of, { ms: Math.round(performance.now() - started), altered: seen === 'altered' });
    const type = request.headers['content-type'] ?? 'application/x-protobuf';
    response.writeHead(200, { 'content-type': type }).end(type.includes('json') ? '{}' : '');
    wake();
  }
  const server = createServer((request, response) => {
    // A body that breaks off or is no gzip is the sender's: it gets no answer, and the run goes on.
    take(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new InputError(`--receipt-listen ${listen}: nothing can listen there (${error.code}); choose another port`),
      ),
    );
    server.listen(port, host, resolve);
  });

  const readBack = (of: Signal, seconds: number): ReadBack => {
    const one = back.get(of);
    if (one?.altered)
      return {
        signal: of,
        found: {
          code: 'stored-altered',
          detail: `the Collector returned trace ${canary.traceId} without its attributes`,
        },
        detail: '',
      };
    if (one) return { signal: of, detail: `the Collector returned it after ${one.ms} ms` };
    const others = exports === 0 ? 'nothing was sent there at all' : `${exports} exports without it came`;
    const detail = `no ${of} came back to ${listen} within ${seconds} s, ${others}: look at its pipeline for canaries`;
    return { signal: of, found: { code: 'not-stored', detail }, detail: '' };
  };

  return {
    async returned(signals, { untilMs, signal }) {
      const late = AbortSignal.any([signal, AbortSignal.timeout(Math.ceil(untilMs))]);
      while (!late.aborted && signals.some((of) => !back.has(of)))
        await new Promise<void>((resolve) => {
          wake = resolve;
          late.addEventListener('abort', () => resolve(), { once: true });
        });
      return signals.map((of) => readBack(of, Math.round(untilMs / 1000)));
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
