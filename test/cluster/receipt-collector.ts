import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { freePort } from './free-port.ts';
import { type RunningProgram, running } from './running-program.ts';

interface Config {
  processors: Record<string, object>;
  exporters: Record<string, object>;
  service: { pipelines: Record<string, { receivers: string[]; processors: string[]; exporters: string[] }> };
}

export const SIGNALS = ['traces', 'metrics', 'logs'] as const;

/** The first block of YAML of a document that says this. */
const documented = (file: string, words: string): string => {
  const blocks = [...readFileSync(join('docs', file), 'utf8').matchAll(/```yaml\n([\s\S]*?)```/g)];
  return blocks.map(([, text = '']) => text).find((text) => text.includes(words)) ?? '';
};

export interface ReceiptCollector extends RunningProgram {
  grpc: string;
  http: string;
}

export interface ReceiptParts {
  backend: { url: string };
  /** the exporter whose block docs/otlp.md has */
  exporter: 'otlp_http/canary-receipt' | 'debug/canary-receipt';
  /** where the first one returns canaries to */
  address?: string;
  /** those with a pipeline for canaries; default: all */
  signals?: readonly string[];
  /** how it logs */
  logs?: Record<string, unknown>;
  /** of the exporter, instead of what is documented */
  changed?: object;
}

/** A real Collector with the pipelines for canaries that docs/otlp.md tells people to add. */
export async function receiptCollector(parts: ReceiptParts): Promise<ReceiptCollector> {
  const { backend, exporter, address = '', signals = SIGNALS, logs = {}, changed } = parts;
  const own = parse(documented('otlp.md', `${exporter}:`).replace('PROBER:4319', address)) as Config;
  const { processors: dropping } = parse(documented('probe-codes.md', 'filter/canary')) as Config;
  const [grpc, http] = await Promise.all([freePort(), freePort()]);
  const protocols = { grpc: { endpoint: `127.0.0.1:${grpc}` }, http: { endpoint: `127.0.0.1:${http}` } };
  const main = { receivers: ['otlp'], processors: Object.keys(dropping), exporters: ['otlp_http/backend'] };
  const returned = Object.entries(own.service.pipelines).filter(([name]) => signals.some((of) => name.startsWith(of)));
  const exporters: Record<string, object> = {
    'otlp_http/backend': { endpoint: backend.url, compression: 'none' },
    ...own.exporters,
    ...(changed && { [exporter]: changed }),
  };
  if (signals.length === 0) delete exporters[exporter];
  const config = {
    receivers: { otlp: { protocols } },
    processors: { ...dropping, ...own.processors },
    exporters,
    service: {
      telemetry: { metrics: { level: 'none' }, logs },
      pipelines: { ...Object.fromEntries(SIGNALS.map((of) => [of, main])), ...Object.fromEntries(returned) },
    },
  };
  const folder = mkdtempSync(join(tmpdir(), 'medic-receipt-'));
  const file = join(folder, 'collector.yaml');
  writeFileSync(file, stringify(config));
  const program = await running('otelcol', [`--config=${file}`], /Everything is ready/);
  return {
    ...program,
    grpc: `http://127.0.0.1:${grpc}`,
    http: `http://127.0.0.1:${http}`,
    async [Symbol.asyncDispose]() {
      await program[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
}
