import { type CollectorConfig, CollectorConfigError, readCollectorConfig } from './collector-config.ts';
import { otlpReceiver, type ReceiverCounts } from './otlp-receiver.ts';
import type { ProcessContext, Program, Running } from './program.ts';

const VERSION = '0.161.0';
const MEMORY_MIB = 44;

/** An OpenTelemetry Collector as far as its neighbours can tell: configuration, OTLP/HTTP, health check, own metrics. */
export const otelCollector: Program = async (context) => {
  const path = context.args.map((arg) => /^--config=(.*)$/.exec(arg)?.[1]).find((file) => file !== undefined) ?? '';
  let config: CollectorConfig;
  try {
    config = readCollectorConfig(path, context.readFile(path)?.replace(/\$\{env:MY_POD_IP\}/g, context.podIP));
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
  { http, healthCheck, signals, exporters }: CollectorConfig,
): Promise<Running> {
  const startedAt = context.now();
  const counts: ReceiverCounts = { accepted: { traces: 0, metrics: 0, logs: 0 } };
  const uptime = () => (context.now().getTime() - startedAt.getTime()) / 1000;
  const log = (caller: string, message: string, fields: Record<string, unknown> = {}) => {
    const resource = { 'service.name': 'otelcol', 'service.version': VERSION };
    context.log(
      `${context.now().toISOString()}\tinfo\t${caller}\t${message}\t${JSON.stringify({ resource, ...fields })}`,
    );
  };

  log(`service@v${VERSION}/service.go:233`, 'Starting otelcol...', { Version: VERSION, NumCPU: 4 });
  if (http !== undefined) {
    const component = { 'otelcol.component.id': 'otlp', 'otelcol.component.kind': 'receiver', endpoint: http };
    log(`otlpreceiver@v${VERSION}/otlp.go:175`, 'Starting HTTP server', component);
    await listenAt(context, http, otlpReceiver(signals, counts));
  }
  if (healthCheck !== undefined) {
    await listenAt(context, healthCheck, (_, response) => {
      const status = { status: 'Server available', upSince: startedAt.toISOString(), uptime: `${uptime()}s` };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(status));
    });
  }
  await context.listen(8888, (request, response) => {
    const found = request.url === '/metrics';
    response.writeHead(found ? 200 : 404, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
    response.end(found ? selfMetrics(counts, exporters, uptime()) : '404 page not found\n');
  });
  log(`service@v${VERSION}/service.go:256`, 'Everything is ready. Begin running and processing data.');
  return { memoryMib: () => MEMORY_MIB, cpuMillicores: () => 9, onTerminate: () => true };
}

/** A receiver bound to localhost is there for its own pod alone: nobody finds it under the pod's address. */
async function listenAt(context: ProcessContext, endpoint: string, handler: Parameters<ProcessContext['listen']>[1]) {
  const [host = '', port = ''] = endpoint.split(/:(?=\d+$)/);
  if (host === 'localhost' || host.startsWith('127.')) return;
  await context.listen(Number(port), handler);
}

function selfMetrics({ accepted }: ReceiverCounts, exporters: readonly string[], uptime: number): string {
  const items = { spans: accepted.traces, metric_points: accepted.metrics, log_records: accepted.logs };
  const lines = [`otelcol_process_uptime ${uptime}`, `otelcol_process_memory_rss ${MEMORY_MIB * 1024 * 1024}`];
  for (const [name, count] of Object.entries(items)) {
    if (count === 0) continue;
    lines.push(`otelcol_receiver_accepted_${name}{receiver="otlp",transport="http"} ${count}`);
    for (const none of ['failed', 'refused'])
      lines.push(`otelcol_receiver_${none}_${name}{receiver="otlp",transport="http"} 0`);
    for (const exporter of exporters) lines.push(`otelcol_exporter_sent_${name}{exporter="${exporter}"} ${count}`);
  }
  return `${lines.join('\n')}\n`;
}
