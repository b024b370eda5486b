import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as listen } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import { pathOf } from '../../scripts/components/place.ts';

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

export async function freePort(): Promise<number> {
  const server = listen().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
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
  const [grpc, http, at] = await Promise.all([freePort(), freePort(), freePort()]);
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(backend?.status ?? 200, { 'content-type': 'application/x-protobuf' });
      response.end(backend?.body);
    });
  });
  if (backend) await once(server.listen(at, '127.0.0.1'), 'listening');
  const exporters = exporter(`http://127.0.0.1:${at}`);
  const folder = mkdtempSync(join(tmpdir(), 'medic-otelcol-'));
  const file = join(folder, 'collector.yaml');
  writeFileSync(
    file,
    stringify({
      receivers: {
        otlp: { protocols: { grpc: { endpoint: `127.0.0.1:${grpc}` }, http: { endpoint: `127.0.0.1:${http}` } } },
      },
      processors,
      exporters,
      service: {
        telemetry: { metrics: { level: 'none' } },
        pipelines: {
          traces: { receivers: ['otlp'], processors: Object.keys(processors), exporters: Object.keys(exporters) },
        },
      },
    }),
  );
  const child = spawn(pathOf('otelcol'), [`--config=${file}`], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'exit');
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  const has = async (words: RegExp, ms: number) => {
    for (const end = Date.now() + ms; Date.now() < end && !words.test(log); ) await sleep(50);
    return words.test(log);
  };
  try {
    if (!(await has(/Everything is ready/, 15_000))) throw new Error(`the Collector does not start: ${log}`);
    const body = JSON.stringify({
      resourceSpans: [{ scopeSpans: [{ spans: Array.from({ length: spans }, (_, index) => span(index)) }] }],
    });
    for (let sent = 0; sent < requests && !(sent > 2 && until.test(log)); sent++) {
      const answer = await fetch(`http://127.0.0.1:${http}/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      await answer.arrayBuffer();
    }
    if (!(await has(until, 8000))) throw new Error(`the Collector never logs ${until}: ${log}`);
    return log;
  } finally {
    child.kill('SIGKILL');
    await ended;
    server.close();
    rmSync(folder, { recursive: true });
  }
}
