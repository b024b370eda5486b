import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import { pathOf } from '../../scripts/components/place.ts';
import { freePort } from './free-port.ts';

export interface RunningProgram extends AsyncDisposable {
  /** what it has said so far, the last of it */
  output(): string;
  /** Whether its output comes to say this within so many milliseconds. */
  says(words: RegExp, ms: number): Promise<boolean>;
}

const POLL_MS = 50;

/** A real program of the components until it is disposed of; `ready` is what its output comes to say. */
export async function running(name: string, args: string[], ready: RegExp): Promise<RunningProgram> {
  const child = spawn(pathOf(name), args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'exit');
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-100_000);
    });
  const stop = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  const says = async (words: RegExp, ms: number) => {
    for (const end = Date.now() + ms; Date.now() < end && child.exitCode === null && !words.test(output); )
      await sleep(POLL_MS);
    return words.test(output);
  };
  if (!(await says(ready, 20_000))) {
    await stop();
    throw new Error(`${name} does not start: ${output.slice(-2000)}`);
  }
  return { output: () => output, says, [Symbol.asyncDispose]: stop };
}

export interface CollectorParts {
  /** of the otlp receiver, both protocols */
  receiver?: Record<string, unknown>;
  /** of OTLP over HTTP alone */
  http?: Record<string, unknown>;
  processors?: Record<string, object>;
  exporters: Record<string, object>;
  extensions?: Record<string, object>;
  /** default: all three */
  signals?: string[];
}

export interface RunningCollector extends RunningProgram {
  grpc: string;
  http: string;
  metrics: string;
}

/** A real Collector on a loopback; its own metrics at level detailed. */
export async function collector(parts: CollectorParts): Promise<RunningCollector> {
  const { receiver = {}, http = {}, processors = {}, exporters, extensions = {} } = parts;
  const [grpcPort, httpPort, metricsPort] = await Promise.all([freePort(), freePort(), freePort()]);
  const pipeline = { receivers: ['otlp'], processors: Object.keys(processors), exporters: Object.keys(exporters) };
  const folder = mkdtempSync(join(tmpdir(), 'medic-otelcol-'));
  const file = join(folder, 'collector.yaml');
  const reader = { pull: { exporter: { prometheus: { host: '127.0.0.1', port: metricsPort } } } };
  writeFileSync(
    file,
    stringify({
      receivers: {
        otlp: {
          protocols: {
            grpc: { endpoint: `127.0.0.1:${grpcPort}`, ...receiver },
            http: { endpoint: `127.0.0.1:${httpPort}`, ...receiver, ...http },
          },
        },
      },
      processors,
      exporters,
      extensions,
      service: {
        extensions: Object.keys(extensions),
        telemetry: { metrics: { level: 'detailed', readers: [reader] } },
        pipelines: Object.fromEntries((parts.signals ?? ['traces', 'metrics', 'logs']).map((each) => [each, pipeline])),
      },
    }),
  );
  const program = await running('otelcol', [`--config=${file}`], /Everything is ready/);
  const scheme = 'tls' in receiver ? 'https' : 'http';
  return {
    ...program,
    grpc: `${scheme}://127.0.0.1:${grpcPort}`,
    http: `${scheme}://127.0.0.1:${httpPort}`,
    metrics: `http://127.0.0.1:${metricsPort}/metrics`,
    async [Symbol.asyncDispose]() {
      await program[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
}
