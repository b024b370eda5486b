import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { DialError } from '../network.ts';
import { readBody } from '../read-body.ts';
import { AppConfigError, type AppSettings, readAppConfig } from './app-config.ts';
import { AppMetrics } from './app-metrics.ts';
import { OtlpExporter } from './otlp-exporter.ts';
import { type ProcessContext, type Program, type Running, tracingLine } from './program.ts';

const CONFIG_PATH = '/etc/otlp-app/config.toml';
const BASE_MEMORY_MIB = 61;
const LARGE_BATCH_ITEMS = 1000;
const MIB_PER_ITEM = 0.016;

/**
 * The service that the guide is about. It reads its configuration once, at its start, and ends with code 1 if it is
 * wrong. It has two bugs: an empty batch locks the queue's mutex twice, after which nothing is answered any more, while
 * the kernel goes on accepting connections; and a large batch is kept for a retry that never comes.
 */
export const otlpApp =
  (version: string): Program =>
  async (context) => {
    const log = (level: 'ERROR' | 'WARN' | 'INFO', module: string, text: string) =>
      context.log(tracingLine(context.now(), level, `otlp_app::${module}`, text));
    log('INFO', 'main', `starting otlp-app version=${version}`);
    let settings: AppSettings;
    try {
      settings = readAppConfig(CONFIG_PATH, context.readFile(CONFIG_PATH));
    } catch (error) {
      if (!(error instanceof AppConfigError)) throw error;
      context.log(error.message);
      context.exit(1);
      return idle;
    }
    if (!context.env.API_KEY) log('WARN', 'auth', 'API_KEY is not set: requests are not authenticated');
    return serve(context, settings, log);
  };

const idle: Running = { memoryMib: () => 0, cpuMillicores: () => 0 };

async function serve(
  context: ProcessContext,
  { server, pipeline, store }: AppSettings,
  log: (level: 'ERROR' | 'WARN' | 'INFO', module: string, text: string) => void,
): Promise<Running> {
  const metrics = new AppMetrics();
  const exporter = new OtlpExporter(context, pipeline.queue_capacity, pipeline.batch_size);
  let deadlocked = false;
  let keptItems = 0;

  const answer = (request: IncomingMessage, response: ServerResponse) => {
    metrics.activeConnections += 1;
    response.on('close', () => {
      metrics.activeConnections -= 1;
    });
    if (deadlocked) return;
    const started = performance.now();
    const path = new URL(request.url ?? '/', 'http://app').pathname;
    response.on('finish', () => metrics.observe(path, (performance.now() - started) / 1000));
    if (path === '/ingest') {
      void ingest(request, response);
    } else if (path === '/health') {
      void health(response);
    } else if (path === '/metrics') {
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(metrics.render(exporter.queued));
    } else {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('not found');
    }
  };

  /** Ready is who can serve: without its store the app cannot. */
  const health = async (response: ServerResponse) => {
    const lacking = store && (await failureOf(context, store.url));
    if (lacking) log('ERROR', 'health', `session store unavailable url=${store.url} error="${lacking}"`);
    response
      .writeHead(lacking ? 503 : 200, { 'content-type': 'application/json' })
      .end(lacking ? '{"status":"unavailable","store":"unreachable"}' : '{"status":"ok"}');
  };

  const ingest = async (request: IncomingMessage, response: ServerResponse) => {
    const size = batchSize(await readBody(request));
    if (size === undefined) {
      response.writeHead(400, { 'content-type': 'text/plain' }).end('not a JSON array');
      return;
    }
    log('INFO', 'ingest', `batch received items=${size}`);
    if (size === 0) {
      deadlocked = true;
      return;
    }
    if (size >= LARGE_BATCH_ITEMS) keptItems += size;
    response.writeHead(202).end();
  };

  const port = Number(server.listen.split(':')[1]);
  await context.listen(port, createServer(answer));
  log('INFO', 'server', `listening on ${server.listen} workers=${server.workers}`);
  log('INFO', 'telemetry', `exporting to ${context.env.OTEL_EXPORTER_OTLP_ENDPOINT ?? 'http://localhost:4318'}`);
  context.every(5, () => (deadlocked ? undefined : exporter.flush()));
  context.every(60, () => {
    if (!deadlocked) log('INFO', 'pipeline', `queue=${exporter.queued} capacity=${pipeline.queue_capacity}`);
  });
  return {
    memoryMib: () => BASE_MEMORY_MIB + pipeline.cache_mib + exporter.queued / 64 + keptItems * MIB_PER_ITEM,
    cpuMillicores: () => (deadlocked ? 0.4 : 14 + exporter.queued / 100),
    onTerminate: () => !deadlocked,
  };
}

/** Why a server of the cluster does not answer its ping, in Rust's words; undefined = it does. */
async function failureOf(context: ProcessContext, url: string): Promise<string | undefined> {
  try {
    const { status } = await context.request(new URL('/ping', url), {});
    return status === 200 ? undefined : `status ${status}`;
  } catch (error) {
    if (!(error instanceof DialError)) return 'operation timed out';
    const words = {
      dns: 'failed to lookup address information: Name or service not known',
      'dns-timeout': 'failed to lookup address information: Temporary failure in name resolution',
      refused: 'Connection refused (os error 111)',
      timeout: 'Connection timed out (os error 110)',
    };
    return words[error.fault];
  }
}

/** How many items a batch has; undefined for what is no batch. */
function batchSize(body: Buffer | undefined): number | undefined {
  try {
    const items: unknown = JSON.parse(body?.toString() ?? '');
    return Array.isArray(items) ? items.length : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
