import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { diagnose } from '#shared/diagnosis/diagnose.ts';
import type { Diagnosis } from '#shared/domain/diagnosis.ts';
import { target } from '#shared/domain/target.ts';
import { openKubeconfig } from '#shared/kubernetes/kubeconfig.ts';
import { collectSnapshot } from '#shared/snapshot/collect.ts';
import { guideNamespace } from './guide-namespace.ts';
import { logOf, type Trial } from './real-collector.ts';
import { bed, type PodSymptoms, putSituation } from './situation.ts';

/*
 * Faults of the way of telemetry: the objects stand in the real API server, and what a Collector says is what the real
 * one logged beside this test with the same kind of exporter and a backend that fails in the same way.
 */

const client = bed();

type Settings = Record<string, unknown>;

interface Fault {
  name: string;
  /** the first root cause; absent = none, and the verdict is healthy */
  root?: string;
  /** codes that must be there too */
  with?: string[];
  says?: RegExp;
  /** variables of the application */
  env?: Record<string, string>;
  /** changes the configuration of the Collector */
  config?: (config: { exporters: Settings; receivers: Settings; service: Settings } & Settings) => void;
  /** labels of the Collector's Deployment */
  labels?: Record<string, string>;
  trial?: Trial;
  symptoms?: PodSymptoms[];
}

const BASE = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const PROTOCOL = 'OTEL_EXPORTER_OTLP_PROTOCOL';
const HTTP = 'http/protobuf';

/** An exporter outside the cluster, in all pipelines. */
const exporting =
  (id: string, settings: object): NonNullable<Fault['config']> =>
  (config) => {
    config.exporters = { [id]: settings };
    const { pipelines } = config.service as { pipelines: Record<string, { exporters: string[] }> };
    for (const pipeline of Object.values(pipelines)) pipeline.exporters = [id];
  };
const vendor = exporting('otlp_http/vendor', { endpoint: 'https://otlp.vendor.example.com' });
const http =
  (rest: object = {}) =>
  (backend: string) => ({ 'otlp_http/vendor': { endpoint: backend, ...rest } });
const QUICK = { retry_on_failure: { initial_interval: '300ms', max_interval: '500ms' } };
const partial = Buffer.concat([Buffer.from([0x0a, 0x0d, 0x08, 0x01, 0x12, 0x09]), Buffer.from('too large')]);

const FAULTS: Fault[] = [
  { name: 'nothing' },
  {
    name: 'a backend that refuses connections',
    root: 'collector-export-failing',
    says: /otlp_http\/vendor[\s\S]*connection refused/,
    config: vendor,
    trial: { exporter: http(QUICK), until: /Will retry[\s\S]*Will retry/ },
  },
  {
    name: 'a backend that refuses the credentials',
    root: 'collector-export-permanent',
    says: /credentials/,
    config: vendor,
    trial: { exporter: http(), backend: { status: 401 }, until: /Dropping data/ },
  },
  {
    name: 'a backend that does not have the path',
    root: 'collector-export-permanent',
    says: /wrong path/,
    config: vendor,
    trial: { exporter: http(), backend: { status: 404 }, until: /Dropping data/ },
  },
  {
    name: 'a backend that takes a part',
    root: 'otlp-partial-success',
    config: vendor,
    trial: { exporter: http(), backend: { status: 200, body: partial }, until: /Partial success response/ },
  },
  {
    name: 'batches that are too large for the backend',
    root: 'otlp-message-too-large',
    config: vendor,
    trial: { exporter: http(), backend: { status: 413 }, until: /Status Code 413/ },
  },
  {
    name: 'a queue that fills behind a dead backend',
    root: 'collector-export-failing',
    with: ['collector-queue-full'],
    config: vendor,
    trial: {
      exporter: http({ ...QUICK, sending_queue: { queue_size: 1, num_consumers: 1 } }),
      requests: 5,
      until: /(?=[\s\S]*(?:Will retry[\s\S]*){2})(?:sending queue is full[\s\S]*){2}/,
    },
  },
  {
    name: 'a Collector that is short of memory',
    root: 'collector-memory-limited',
    trial: {
      exporter: () => ({ nop: {} }),
      processors: { memory_limiter: { check_interval: '100ms', limit_mib: 12, spike_limit_mib: 6 } },
      spans: 2000,
      requests: 200,
      until: /Refusing data(?![\s\S]*back within limits)/,
    },
  },
  {
    name: 'an exporter to a Service that does not exist',
    root: 'collector-exporter-endpoint-dns',
    says: /service tempo, which does not exist/,
    config: exporting('otlp_http/tempo', { endpoint: 'http://tempo:4318' }),
  },
  {
    name: 'TLS spoken to a receiver without a certificate',
    root: 'otlp-tls-mismatch',
    env: { [BASE]: 'https://otel-collector:4317', [PROTOCOL]: 'grpc' },
  },
  {
    name: 'gRPC sent to the port for HTTP',
    root: 'otlp-protocol-port-mismatch',
    env: { [BASE]: 'http://otel-collector:4318', [PROTOCOL]: 'grpc' },
  },
  {
    name: 'the endpoint of one signal without its path',
    root: 'otlp-http-path-wrong',
    env: { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://otel-collector:4318', [PROTOCOL]: HTTP },
  },
  {
    name: 'a signal without a pipeline',
    root: 'collector-signal-pipeline-missing',
    says: /metrics/,
    env: { [BASE]: 'http://otel-collector:4317', [PROTOCOL]: 'grpc', OTEL_METRICS_EXPORTER: 'otlp' },
    config: ({ service }) => {
      delete (service.pipelines as Settings).metrics;
    },
  },
  {
    name: 'a receiver that serves gRPC alone',
    root: 'collector-port-not-exposed',
    env: { [BASE]: 'http://otel-collector:4318', [PROTOCOL]: HTTP },
    config: ({ receivers }) => {
      delete (receivers.otlp as { protocols: Settings }).protocols.http;
    },
  },
  {
    name: 'probes without the health_check extension',
    root: 'collector-health-check-failing',
    config: ({ service }) => {
      service.extensions = [];
    },
    symptoms: [
      {
        pods: 'app=otel-collector',
        container: { ready: false, started: true, state: { running: { startedAt: '2026-01-01T00:00:00Z' } } },
        events: [
          {
            reason: 'Unhealthy',
            message:
              'Readiness probe failed: Get "http://10.1.0.4:13133/": dial tcp 10.1.0.4:13133: connect: connection refused',
            count: 20,
          },
        ],
      },
    ],
  },
  {
    name: 'a wrong configuration of a Collector that the Operator owns',
    root: 'collector-config-invalid',
    says: /opentelemetrycollector otel/,
    labels: {
      'app.kubernetes.io/managed-by': 'opentelemetry-operator',
      'app.kubernetes.io/instance': 'otlp-fault.otel',
    },
    config: ({ service }) => {
      (service.pipelines as Record<string, Settings>).traces = { receivers: ['otlp'], exporters: ['jaeger'] };
    },
  },
];

const answers = new Map<string, Diagnosis | Error>();

async function make({ env, config, labels, trial, symptoms = [] }: Fault, namespace: string) {
  const guide = guideNamespace(namespace);
  if (env) {
    const { containers } = guide.app.spec.template.spec as { containers: { env: object[] }[] };
    for (const container of containers) container.env = Object.entries(env).map(([name, value]) => ({ name, value }));
  }
  if (config) {
    const { data } = guide.collectorConfig;
    const settings = parse(data['collector.yaml']);
    config(settings);
    data['collector.yaml'] = stringify(settings);
  }
  Object.assign(guide.collector.metadata.labels, labels);
  const log = trial ? await logOf(trial) : undefined;
  await putSituation(client, {
    namespace,
    objects: Object.values(guide),
    available: ['otlp-app', 'otel-collector'],
    symptoms,
  });
  if (log === undefined) return;
  const pods = await client.json<{ items: { metadata: { name: string } }[] }>(
    '-n',
    namespace,
    'get',
    'pods',
    '-l',
    'app=otel-collector',
  );
  for (const { metadata } of pods.items) await client.setLog(namespace, metadata.name, 'otel-collector', log);
}

async function answer(fault: Fault, namespace: string): Promise<Diagnosis> {
  await make(fault, namespace);
  const kubeconfig = process.env.MEDIC_TEST_KUBECONFIG ?? '';
  const of = target.parse({ name: namespace, cluster: { kubeconfig }, namespace, workloads: 'all' });
  const cluster = await openKubeconfig({ kubeconfig });
  try {
    const snapshot = await collectSnapshot(cluster, of, { clock: { now: () => new Date() } });
    return { ...diagnose(snapshot, { target: of }), durationMs: 0, snapshot: { key: namespace, sha256: '' } };
  } finally {
    cluster.close();
  }
}

/** Four at a time: each waits for controllers most of the while. */
beforeAll(async () => {
  const left = FAULTS.map((fault, index) => ({ fault, namespace: `otlp-fault-${index}` }));
  const work = async () => {
    for (let next = left.shift(); next; next = left.shift()) {
      const { fault, namespace } = next;
      try {
        answers.set(fault.name, await answer(fault, namespace));
      } catch (error) {
        answers.set(fault.name, error instanceof Error ? error : new Error(String(error)));
      }
    }
  };
  await Promise.all([work(), work(), work(), work()]);
}, 120_000);

afterAll(async () => {
  const names = FAULTS.map((_, index) => `otlp-fault-${index}`);
  await client.kubectl('delete', 'namespace', ...names, '--wait=false', '--ignore-not-found');
});

it.each(FAULTS)('finds $name', ({ name, root, with: others = [], says }) => {
  const found = answers.get(name);
  if (!found || found instanceof Error) throw found ?? new Error('no answer');
  expect(found.rootCauses[0]?.code).toBe(root);
  if (root === undefined) expect(found.verdict).toBe('healthy');
  expect(found.findings.map(({ code }) => code)).toEqual(expect.arrayContaining(others));
  if (says) expect(JSON.stringify(found.rootCauses[0])).toMatch(says);
});
