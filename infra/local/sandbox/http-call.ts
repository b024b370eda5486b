import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';

export interface HttpCall {
  port: number;
  path: string;
  method?: string;
  headers?: OutgoingHttpHeaders;
  body?: Uint8Array | string;
}

export interface HttpAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** The server took the request and never answered. */
export class HungError extends Error {
  override readonly name = 'HungError';
}

/** A loopback server in this very process answers within a few turns of the event loop, or it hangs. */
const HUNG_AFTER_MS = 40;
const TURNS_OF_GRACE = 25;

/**
 * A real HTTP request over loopback, on a connection of its own. A hanging server is told by turns of the event loop as
 * well as by the clock, so that a busy machine makes no healthy process look stuck.
 */
export async function httpCall({ port, path, method = 'GET', headers = {}, body }: HttpCall): Promise<HttpAnswer> {
  const outgoing = request({ host: '127.0.0.1', port, path, method, headers, agent: false });
  const answered = new AbortController();
  const answer = new Promise<HttpAnswer>((resolve, reject) => {
    outgoing.on('error', reject);
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => {
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(chunks) });
      });
    });
    outgoing.end(body);
  });
  const hung = async (): Promise<never> => {
    await wait(HUNG_AFTER_MS, undefined, { signal: answered.signal });
    for (let turns = 0; turns < TURNS_OF_GRACE; turns += 1) await turn(undefined, { signal: answered.signal });
    throw new HungError(`no answer from 127.0.0.1:${port}${path}`);
  };
  try {
    return await Promise.race([answer, hung()]);
  } finally {
    answered.abort();
    outgoing.destroy();
  }
}
