import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isMap, type JsonMap } from './objects.ts';
import { readBody } from './read-body.ts';

export interface ChatMessage {
  at: string;
  text: string;
  blocks: JsonMap[];
}

/** An incoming webhook that behaves as Slack's: keeps what it is sent, answers `ok`. */
export interface ChatSink {
  url: string;
  messages(): ChatMessage[];
  stop(): Promise<void>;
}

export async function startChatSink(): Promise<ChatSink> {
  const kept: ChatMessage[] = [];
  const server = createServer(async (request, response) => {
    const body = await readBody(request);
    if (!body) return;
    const [status, text] = request.method === 'POST' ? accept(body.toString(), kept) : [405, 'method_not_allowed'];
    response.writeHead(status, { 'content-type': 'text/html' }).end(text);
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/services/T00000000/B00000000/sandbox`,
    messages: () => structuredClone(kept),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function accept(body: string, kept: ChatMessage[]): [number, string] {
  let payload: unknown;
  try {
    payload = JSON.parse(body);
  } catch {
    return [400, 'invalid_payload'];
  }
  if (!isMap(payload)) return [400, 'invalid_payload'];
  const blocks = Array.isArray(payload.blocks) ? payload.blocks.filter(isMap) : [];
  const text = typeof payload.text === 'string' ? payload.text : '';
  if (text === '' && blocks.length === 0) return [400, 'no_text'];
  kept.push({ at: new Date().toISOString(), text, blocks });
  return [200, 'ok'];
}
