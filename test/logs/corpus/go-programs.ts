import { crash, klog, logfmt, zapConsole, zapJson } from './formats.ts';
import type { Message, Program } from './message.ts';
import { goroutines, goStack } from './stacks.ts';
import type { Values } from './values.ts';

const exporter = (v: Values) => ({
  'otelcol.component.id': v.pick(['otlp', 'otlp_http', 'otlp/tempo']),
  'otelcol.component.kind': 'exporter',
});
const dialing = (v: Values): string =>
  `rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp ${v.ip()}:4317: connect: connection refused"`;

const collector: readonly Message[] = [
  {
    level: 'info',
    weight: 24,
    origin: 'exporters/debug.go:61',
    text: () => 'Traces',
    fields: (v) => ({ ...exporter(v), 'resource spans': 1 + v.count(9), spans: v.count(512) }),
  },
  {
    level: 'info',
    weight: 12,
    origin: 'internal/retry_sender.go:136',
    text: () => 'Exporting failed. Will retry the request after interval.',
    fields: (v) => ({ ...exporter(v), error: dialing(v), interval: `${(v.wait() / 1000).toFixed(3)}s` }),
  },
  {
    level: 'info',
    weight: 4,
    origin: 'memorylimiter@v0.161.0/memorylimiter.go:207',
    text: () => 'Memory usage after GC.',
    fields: (v) => ({ cur_mem_mib: v.count(2000) }),
  },
  {
    level: 'warn',
    weight: 6,
    origin: 'memorylimiter@v0.161.0/memorylimiter.go:301',
    text: () => 'Memory usage is above soft limit. Refusing data.',
    fields: (v) => ({ cur_mem_mib: 1500 + v.count(500) }),
  },
  {
    level: 'warn',
    weight: 5,
    origin: 'grpc@v1.83.2/clientconn.go:1532',
    text: (v) =>
      `[core] [Channel #${v.count(90)} SubChannel #${v.count(900)}] grpc: addrConn.createTransport failed to connect to {Addr: "${v.ip()}:4317", }. Err: connection error: desc = "transport: Error while dialing: dial tcp: i/o timeout"`,
    fields: () => ({ grpc_log: 'true' }),
  },
  {
    level: 'error',
    weight: 8,
    origin: 'internal/queue_sender.go:62',
    text: () => 'Exporting failed. Dropping data.',
    fields: (v) => ({ ...exporter(v), error: `no more retries left: ${dialing(v)}`, dropped_items: v.count(512) }),
    stack: goStack,
  },
  {
    level: 'error',
    weight: 6,
    origin: 'internal/base_exporter.go:119',
    text: () => 'Exporting failed. Rejecting data.',
    fields: (v) => ({ ...exporter(v), error: 'sending queue is full', rejected_items: v.count(512) }),
    stack: goStack,
  },
];

const metricsServer: readonly Message[] = [
  { level: 'info', weight: 5, origin: 'shared_informer.go:409', text: () => 'Caches are synced' },
  {
    level: 'info',
    weight: 5,
    origin: 'server.go:193',
    text: () => 'Metrics served',
    fields: (v) => ({ pods: v.count(300), latency: `${v.operation()}ms` }),
  },
  {
    level: 'error',
    weight: 9,
    origin: 'scraper.go:149',
    text: () => 'Failed to scrape node',
    fields: (v) => ({
      err: `Get "https://${v.ip()}:10250/metrics/resource": dial tcp: connect: connection refused`,
      node: `node-${v.count(40)}`,
    }),
  },
  {
    level: 'warn',
    weight: 2,
    origin: 'logging.go:55',
    text: (v) => `watch of *v1.Pod ended with: too old resource version: ${v.count(9_000_000)}`,
  },
];

const loki: readonly Message[] = [
  {
    level: 'info',
    weight: 14,
    origin: 'metrics.go:237',
    text: () => 'query served',
    fields: (v) => ({ query: `{pod="${v.pod('hub')}"} |= "level=error"`, duration: `${v.operation()}ms`, status: 200 }),
  },
  {
    level: 'debug',
    weight: 5,
    origin: 'pool.go:250',
    text: () => 'health check',
    fields: () => ({ timeout: '5s', period: '15s' }),
  },
  {
    level: 'warn',
    weight: 3,
    origin: 'memberlist_client.go:468',
    text: () => 'joining memberlist cluster',
    fields: (v) => ({ attempts: 1 + v.count(9), err: `lookup ${v.host()} on 10.96.0.10:53: no such host` }),
  },
  {
    level: 'error',
    weight: 4,
    origin: 'retry.go:95',
    text: () => 'error processing request',
    fields: (v) => ({ try: v.count(5), err: 'rpc error: code = Code(429) desc = too many outstanding requests' }),
  },
];

const operator: readonly Message[] = [
  {
    level: 'info',
    weight: 10,
    origin: 'controllers/reconcile.go:91',
    text: () => 'reconciled',
    fields: (v) => ({ namespace: v.pick(['otlp', 'monitoring']), name: v.pod('collector'), reconcileID: v.uuid() }),
  },
  {
    level: 'info',
    weight: 4,
    origin: 'upgrade/upgrade.go:58',
    text: (v) => `instance ${v.pod('collector')} is up to date`,
  },
  {
    level: 'debug',
    weight: 4,
    origin: 'internal/cache.go:12',
    text: () => 'cache hit',
    fields: (v) => ({ key: v.hex(16), age: v.count() }),
  },
  {
    level: 'warn',
    weight: 3,
    origin: 'webhook/pod.go:77',
    text: (v) => `pod ${v.pod('hub')} asks for an unknown instrumentation`,
  },
  {
    level: 'error',
    weight: 9,
    origin: 'controller/controller.go:474',
    text: () => 'Reconciler error',
    fields: (v) => ({ reconcileID: v.uuid(), error: 'Operation cannot be fulfilled: the object has been modified' }),
    stack: goStack,
  },
];

/** The Collector in zap's console encoding and its operator in JSON, metrics-server in klog, Loki in logfmt, and a crash of Go. */
export const goPrograms: readonly Program[] = [
  { name: 'collector', write: zapConsole, messages: collector },
  { name: 'operator', write: zapJson, messages: operator },
  { name: 'metrics-server', write: klog, messages: metricsServer },
  { name: 'loki', write: logfmt, messages: loki },
  {
    name: 'gate-panic',
    write: crash,
    messages: [
      {
        level: 'error',
        weight: 0.4,
        origin: '',
        text: (v) => `panic: runtime error: index out of range [${v.count(90)}] with length 3`,
        stack: goroutines,
      },
    ],
  },
];
