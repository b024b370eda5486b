import { once } from 'node:events';
import { createServer } from 'node:http';
import { freePort } from './free-port.ts';
import { collector } from './running-program.ts';

export interface Trial {
  /** of its one pipeline, given the URL of the backend */
  exporter: (backend: string) => Record<string, object>;
  processors?: Record<string, object>;
  /** what the backend answers to each export; absent = nothing listens there */
  backend?: { status: number; body?: Buffer };
  /** spans in each of `requests` requests */
  spans?: number;
  requests?: number;
  /**
   * The log must come to say all this: what a diagnosis counts. Requests end as soon as it does, and on a busy machine
   * retries come between them.
   */
  until: RegExp;
}

const span = (index: number) => ({
  traceId: '5b8efff798038103d269b633813fc60c',
  spanId: 'eee19b7ec3c1b174',
  name: `order ${index} ${'x'.repeat(400)}`,
  kind: 1,
  startTimeUnixNano: '1544712660000000000',
  endTimeUnixNano: '1544712661000000000',
});

/** What a real Collector on a loopback logs when it has such a backend: the very text that its pod would have. */
export async function logOf({
  exporter,
  processors = {},
  backend,
  spans = 1,
  requests = 3,
  until,
}: Trial): Promise<string> {
  const at = await freePort();
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(backend?.status ?? 200, { 'content-type': 'application/x-protobuf' });
      response.end(backend?.body);
    });
  });
  if (backend) await once(server.listen(at, '127.0.0.1'), 'listening');
  try {
    const exporters = exporter(`http://127.0.0.1:${at}`);
    await using program = await collector({ processors, exporters, signals: ['traces'] });
    const body = JSON.stringify({
      resourceSpans: [{ scopeSpans: [{ spans: Array.from({ length: spans }, (_, index) => span(index)) }] }],
    });
    for (let sent = 0; sent < requests && !(sent > 2 && until.test(program.output())); sent++) {
      const answer = await fetch(`${program.http}/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      await answer.arrayBuffer();
    }
    if (!(await program.says(until, 8000))) throw new Error(`the Collector never logs ${until}: ${program.output()}`);
    return program.output();
  } finally {
    server.close();
  }
}
