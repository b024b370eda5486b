import { createServer } from 'node:http';
import type { Server } from 'node:net';
import { type CollectorConfig, CollectorConfigError, readCollectorConfig } from './collector-config.ts';
import { CollectorMetrics } from './collector-metrics.ts';
import { pipelines } from './collector-pipelines.ts';
import { otlpGrpcReceiver } from './otlp-grpc-receiver.ts';
import type { CollectorLog } from './otlp-http-exporter.ts';
import { otlpReceiver } from './otlp-receiver.ts';
import type { ProcessContext, Program, Running } from './program.ts';

const VERSION = '0.161.0';
const MEMORY_MIB = 44;

/** An OpenTelemetry Collector as far as its neighbours can tell: configuration, OTLP/HTTP, health check, own metrics. */
export const otelCollector: Program = async (context) => {
  const path = context.args.map((arg) => /^--config=(.*)$/.exec(arg)?.[1]).find((file) => file !== undefined) ?? '';
  let config: CollectorConfig;
  try {
    config = readCollectorConfig(path, withEnvironment(context, context.readFile(path)));
  } catch (error) {
    if (!(error instanceof CollectorConfigError)) throw error;
    context.log(error.message);
    context.exit(1);
    return { memoryMib: () => 0, cpuMillicores: () => 0 };
  }
  return run(context, config);
};

async function run(
  context: ProcessContext,
  { http, grpc, healthCheck, signals, exporters }: CollectorConfig,
): Promise<Running> {
  const startedAt = context.now();
  const metrics = new CollectorMetrics();
  const uptime = () => (context.now().getTime() - startedAt.getTime()) / 1000;
  const write: CollectorLog = (level, caller, message, fields = {}) => {
    const resource = { 'service.name': 'otelcol', 'service.version': VERSION };
    const text = spaced({ resource, ...fields });
    context.log(`${context.now().toISOString()}\t${level}\t${caller}\t${message}\t${text}`);
  };
  const log = (caller: string, message: string, fields?: Record<string, unknown>) =>
    write('info', caller, message, fields);
  const take = pipelines(context, exporters, metrics, write);

  log(`service@v${VERSION}/service.go:233`, 'Starting otelcol...', { Version: VERSION, NumCPU: 4 });
  if (grpc !== undefined) {
    const component = { 'otelcol.component.id': 'otlp', 'otelcol.component.kind': 'receiver', endpoint: grpc };
    log(`otlpreceiver@v${VERSION}/otlp.go:120`, 'Starting GRPC server', component);
    await listenAt(context, grpc, otlpGrpcReceiver(signals, take));
  }
  if (http !== undefined) {
    const component = { 'otelcol.component.id': 'otlp', 'otelcol.component.kind': 'receiver', endpoint: http };
    log(`otlpreceiver@v${VERSION}/otlp.go:175`, 'Starting HTTP server', component);
    await listenAt(context, http, createServer(otlpReceiver(signals, take)));
  }
  if (healthCheck !== undefined) {
    const health = createServer((_, response) => {
      const status = { status: 'Server available', upSince: startedAt.toISOString(), uptime: `${uptime()}s` };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(status));
    });
    await listenAt(context, healthCheck, health);
  }
  const scrape = createServer((request, response) => {
    const found = request.url === '/metrics';
    response.writeHead(found ? 200 : 404, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
    response.end(found ? metrics.render(uptime(), MEMORY_MIB) : '404 page not found\n');
  });
  await context.listen(8888, scrape);
  log(`service@v${VERSION}/service.go:256`, 'Everything is ready. Begin running and processing data.');
  return { memoryMib: () => MEMORY_MIB, cpuMillicores: () => 9, onTerminate: () => true };
}

/** JSON as zap's console encoder writes it: a space after each colon and comma. */
const spaced = (fields: object): string =>
  JSON.stringify(fields, null, 1)
    .replace(/,\n\s*/g, ', ')
    .replace(/\n\s*/g, '');

const withEnvironment = ({ env }: ProcessContext, text: string | undefined): string | undefined =>
  text?.replace(/\$\{env:(\w+)\}/g, (_, name: string) => env[name] ?? '');

/** A receiver bound to localhost is there for its own pod alone: nobody finds it under the pod's address. */
async function listenAt(context: ProcessContext, endpoint: string, server: Server) {
  const [host = '', port = ''] = endpoint.split(/:(?=\d+$)/);
  if (host === 'localhost' || host.startsWith('127.')) return;
  await context.listen(Number(port), server);
}
