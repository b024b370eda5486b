import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http';

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
const HUNG_AFTER_MS = 20;
const TURNS_OF_GRACE = 25;

/**
 * A real HTTP request over loopback, on a connection of its own. A hanging server is told by turns of the event loop as
 * well as by the clock, so that a busy machine makes no healthy process look stuck.
 */
export async function httpCall({ port, path, method = 'GET', headers = {}, body }: HttpCall): Promise<HttpAnswer> {
  const outgoing = request({ host: '127.0.0.1', port, path, method, headers, agent: false });
  let watch: NodeJS.Timeout | NodeJS.Immediate | undefined;
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
    const giveUpAfter = (turns: number) => {
      if (turns === 0) reject(new HungError(`no answer from 127.0.0.1:${port}${path}`));
      else watch = setImmediate(giveUpAfter, turns - 1);
    };
    watch = setTimeout(giveUpAfter, HUNG_AFTER_MS, TURNS_OF_GRACE);
    outgoing.end(body);
  });
  try {
    return await answer;
  } finally {
    clearTimeout(watch as NodeJS.Timeout);
    clearImmediate(watch as NodeJS.Immediate);
    outgoing.destroy();
  }
}
