import { describe, expect, it } from 'vitest';
import type { Container } from '#shared/domain/kubernetes.ts';
import { collectorLine } from '#test/support/collector-lines.ts';
import { codes, findingOf, roots } from '#test/support/diagnosing.ts';
import { addLog, configMapOf, crashLoop, everWith, podsOf, serviceOf, unready } from '#test/support/faults.ts';
import { ago, COLLECTOR_CONFIG, healthyNamespace, wholeNamespace } from '#test/support/namespace.ts';

/** The app with these variables for its exporters, and the Collector with its configuration changed. */
function given({ env = {}, config = [] }: { env?: Record<string, string>; config?: [from: string, to: string][] }) {
  const snapshot = everWith(healthyNamespace(), 'otlp-app', (container) => {
    if (Object.keys(env).length === 0) return;
    container.env = Object.entries(env).map(([name, value]) => ({ name, value }));
  });
  const text = config.reduce((all, [from, to]) => {
    expect(all).toContain(from);
    return all.replace(from, to);
  }, COLLECTOR_CONFIG);
  configMapOf(snapshot, 'otel-collector-config').data = { 'collector.yaml': text };
  return snapshot;
}
const BASE = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const PROTOCOL = 'OTEL_EXPORTER_OTLP_PROTOCOL';
const WITH_TLS: [string, string] = [
  'endpoint: 0.0.0.0:4317',
  'endpoint: 0.0.0.0:4317\n        tls: { cert_file: /tls/tls.crt, key_file: /tls/tls.key }',
];
const exporting = (exporter: string, id = 'otlp_grpc/gateway'): [string, string][] => [
  ['debug: {}', `${id}: ${exporter}`],
  ['exporters: [debug]', `exporters: [${id}]`],
];

describe('TLS between a sender and the Collector', () => {
  it('is spoken to a receiver that has no certificate', () => {
    const snapshot = given({ env: { [BASE]: 'https://otel-collector:4317', [PROTOCOL]: 'grpc' } });
    expect(roots(snapshot)).toEqual(['otlp-tls-mismatch']);
    expect(findingOf(snapshot, 'otlp-tls-mismatch')).toMatchObject({
      subject: { name: 'otlp-app' },
      evidence: [{ value: 'https://otel-collector:4317' }, { value: 'not set' }],
    });
  });

  it('is wanted by a receiver to which plaintext is spoken', () => {
    expect(roots(given({ config: [WITH_TLS] }))).toEqual(['otlp-tls-mismatch']);
  });

  it('fits where both have it, or the environment decides, or the URL has no scheme', () => {
    const both = given({ env: { [BASE]: 'https://otel-collector:4317' }, config: [WITH_TLS] });
    const schemeless = given({ env: { [BASE]: 'otel-collector:4317', [PROTOCOL]: 'grpc' }, config: [WITH_TLS] });
    const elsewhere = given({ env: { [BASE]: 'https://otlp.example.com:4317', [PROTOCOL]: 'grpc' } });
    for (const snapshot of [both, schemeless, elsewhere]) expect(codes(snapshot)).toEqual([]);
  });

  it('is what the gRPC exporter of a Collector speaks unless it is told not to', () => {
    const tiers = (settings: string) => {
      const snapshot = given({ config: exporting(settings) });
      return gateway(snapshot);
    };
    expect(roots(tiers('{ endpoint: "otel-gateway:4317" }'), wholeNamespace())).toEqual(['otlp-tls-mismatch']);
    for (const fine of [
      '{ endpoint: "otel-gateway:4317", tls: { insecure: true } }',
      '{ endpoint: "http://otel-gateway:4317" }',
      '{ endpoint: "otel-gateway:4317", tls: { insecure: "$' + '{env:INSECURE}" } }',
    ])
      expect(codes(tiers(fine), wholeNamespace())).toEqual([]);
  });
});

/** A second Collector as it is in the namespace, behind its own Service. */
function gateway(snapshot: ReturnType<typeof healthyNamespace>) {
  const { objects } = snapshot;
  const renamed = <T>(object: T): T =>
    JSON.parse(JSON.stringify(object).replaceAll('otel-collector', 'otel-gateway')) as T;
  const ours = <T extends { metadata: { name: string } }>(list: T[]) =>
    list.push(...list.filter(({ metadata }) => metadata.name.startsWith('otel-collector')).map(renamed));
  ours(objects.deployments);
  ours(objects.replicasets);
  ours(objects.pods);
  ours(objects.services);
  ours(objects.configmaps);
  for (const slice of objects.endpointslices.filter(({ metadata }) => metadata.name.startsWith('otel-collector')))
    objects.endpointslices.push(renamed(slice));
  configMapOf(snapshot, 'otel-gateway-config').data = { 'collector.yaml': COLLECTOR_CONFIG };
  return snapshot;
}

describe('the path of an OTLP/HTTP endpoint', () => {
  const TRACES = 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT';
  it.each<Record<string, string>>([
    { [TRACES]: 'http://otel-collector:4318', [PROTOCOL]: 'http/protobuf' },
    { [TRACES]: 'http://otel-collector:4318/', [PROTOCOL]: 'http/json' },
    { [TRACES]: 'http://otel-collector:4318/v1/trace', [PROTOCOL]: 'http/protobuf' },
    { [BASE]: 'http://otel-collector:4318/v1/traces', [PROTOCOL]: 'http/protobuf' },
  ])('is wrong in %j', (env) => {
    expect(roots(given({ env }))).toEqual(['otlp-http-path-wrong']);
  });

  it.each<Record<string, string>>([
    { [TRACES]: 'http://otel-collector:4318/v1/traces', [PROTOCOL]: 'http/protobuf' },
    { [BASE]: 'http://otel-collector:4318/', [PROTOCOL]: 'http/protobuf' },
    { [TRACES]: 'http://otel-collector:4317', [PROTOCOL]: 'grpc' },
    { [TRACES]: 'https://api.vendor.example.com/otlp/custom', [PROTOCOL]: 'http/protobuf' },
  ])('is right in %j', (env) => {
    expect(codes(given({ env }))).toEqual([]);
  });

  it('is that of the receiver where it has its own', () => {
    const config: [string, string][] = [
      ['endpoint: 0.0.0.0:4318', 'endpoint: 0.0.0.0:4318\n        traces_url_path: /in'],
    ];
    const env = (url: string) => ({ [TRACES]: url, [PROTOCOL]: 'http/protobuf' });
    expect(codes(given({ env: env('http://otel-collector:4318/in'), config }))).toEqual([]);
    expect(codes(given({ env: env('http://otel-collector:4318/v1/traces'), config }))).toEqual([
      'otlp-http-path-wrong',
    ]);
  });
});

describe('a signal without a pipeline', () => {
  const env = (more: Record<string, string>) => ({ [BASE]: 'http://otel-collector:4317', [PROTOCOL]: 'grpc', ...more });

  it.each([{ OTEL_METRICS_EXPORTER: 'otlp' }, { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://otel-collector:4317' }])(
    'is missing at the Collector to which %j sends it',
    (more) => {
      const snapshot = given({ env: env(more) });
      expect(roots(snapshot)).toEqual(['collector-signal-pipeline-missing']);
      expect(findingOf(snapshot, 'collector-signal-pipeline-missing')).toMatchObject({
        subject: { kind: 'Deployment', name: 'otel-collector' },
        confidence: 'likely',
        title: expect.stringContaining('metrics'),
      });
    },
  );

  it('is certain and explains the refusals where the log of the sender repeats them', () => {
    const snapshot = given({});
    const line =
      'metrics export: rpc error: code = Unimplemented desc = unknown service opentelemetry.proto.collector.metrics.v1.MetricsService';
    const [pod] = podsOf(snapshot, 'otlp-app');
    if (pod) addLog(snapshot, pod, [`${ago(3)} ${line}`, `${ago(1)} ${line}`].join('\n'));
    expect(roots(snapshot)).toEqual(['collector-signal-pipeline-missing']);
    expect(codes(snapshot)).toEqual(['collector-signal-pipeline-missing', 'otlp-export-rejected']);
    expect(findingOf(snapshot, 'collector-signal-pipeline-missing').confidence).toBe('certain');
  });

  it.each([
    {},
    { OTEL_METRICS_EXPORTER: 'none' },
    { OTEL_METRICS_EXPORTER: 'prometheus' },
    { OTEL_TRACES_EXPORTER: 'otlp' },
  ])('is not missed with %j', (more) => {
    expect(codes(given({ env: env(more as Record<string, string>) }))).toEqual([]);
  });

  it('is there once a pipeline takes it from the same receiver', () => {
    const config: [string, string][] = [
      ['    traces:', '    metrics:\n      receivers: [otlp]\n      exporters: [debug]\n    traces:'],
    ];
    expect(codes(given({ env: env({ OTEL_METRICS_EXPORTER: 'otlp' }), config }))).toEqual([]);
  });
});

describe('a port that leads to no receiver', () => {
  const HTTP = { [BASE]: 'http://otel-collector:4318', [PROTOCOL]: 'http/protobuf' };
  const GRPC_ONLY: [string, string] = ['      http:\n        endpoint: 0.0.0.0:4318\n', ''];

  it('is one whose protocol the receiver does not serve', () => {
    const snapshot = given({ env: HTTP, config: [GRPC_ONLY] });
    expect(roots(snapshot)).toEqual(['collector-port-not-exposed']);
    expect(findingOf(snapshot, 'collector-port-not-exposed').title).toContain('does not listen on port 4318');
  });

  it('is one that the Service does not have', () => {
    const snapshot = given({ env: HTTP });
    const service = serviceOf(snapshot, 'otel-collector');
    service.spec.ports = (service.spec.ports ?? []).filter(({ port }) => port !== 4318);
    expect(codes(snapshot)).toContain('collector-port-not-exposed');
    expect(findingOf(snapshot, 'collector-port-not-exposed').remedy.text).toContain('Add port 4318');
  });

  it('is not looked for where nobody sends to it, the environment gives the port, or the Service is headless', () => {
    expect(codes(given({ config: [GRPC_ONLY] }))).toEqual([]);
    const unknown: [string, string] = ['endpoint: 0.0.0.0:4317', 'endpoint: $' + '{env:LISTEN}'];
    expect(codes(given({ env: HTTP, config: [GRPC_ONLY, unknown] }))).toEqual([]);
    const headless = given({ env: HTTP });
    Object.assign(serviceOf(headless, 'otel-collector').spec, { clusterIP: 'None', ports: [] });
    expect(codes(headless)).not.toContain('collector-port-not-exposed');
  });
});

describe('the backend of a Collector', () => {
  it('is a Service that does not exist', () => {
    const snapshot = given({ config: exporting('{ endpoint: "http://tempo:4318" }', 'otlp_http/tempo') });
    expect(roots(snapshot)).toEqual(['collector-exporter-endpoint-dns']);
    expect(findingOf(snapshot, 'collector-exporter-endpoint-dns')).toMatchObject({
      subject: { name: 'otel-collector' },
      evidence: [{ path: 'data["collector.yaml"] exporters.otlp_http/tempo.endpoint' }, { value: 'not found' }],
    });
  });

  it('is none of those in an exporter that no pipeline uses, outside the cluster, or from the environment', () => {
    for (const config of [
      [['debug: {}', 'debug: {}\n  otlp_grpc/old: { endpoint: "tempo:4317" }']],
      exporting('{ endpoint: "https://otlp.vendor.example.com:443" }'),
      exporting('{ endpoint: "$' + '{env:BACKEND}" }'),
    ] as [string, string][][])
      expect(codes(given({ config }))).toEqual([]);
  });

  it('is spoken to in the wrong protocol', () => {
    const snapshot = gateway(given({ config: exporting('{ endpoint: "http://otel-gateway:4318" }') }));
    expect(roots(snapshot, wholeNamespace())).toEqual(['otlp-protocol-port-mismatch']);
    expect(findingOf(snapshot, 'otlp-protocol-port-mismatch', wholeNamespace()).title).toContain(
      'exporter otlp_grpc/gateway of deployment otel-collector speaks gRPC to port 4318',
    );
  });
});

describe('a Collector in front of another', () => {
  const tiers = () => gateway(given({ config: exporting('{ endpoint: "http://otel-gateway:4317" }') }));
  const says = (snapshot: ReturnType<typeof healthyNamespace>, app: string, ...lines: string[]) => {
    const [pod] = podsOf(snapshot, app);
    if (pod) addLog(snapshot, pod, lines.join('\n'));
  };
  const refused = [3, 1].map((minutes) => collectorLine('refused', minutes, { exporter: 'otlp_grpc/gateway' }));

  it('cannot deliver because that one is killed for its memory use: one cascade over three workloads', () => {
    const snapshot = tiers();
    crashLoop(snapshot, podsOf(snapshot, 'otel-gateway'), { exitCode: 137, reason: 'OOMKilled' });
    says(snapshot, 'otel-collector', ...refused, collectorLine('queueFull', 2), collectorLine('queueFull', 1));
    const dropped = `${ago(1)} WARN name="BatchSpanProcessor.SpanDroppingStarted"`;
    const throttled = 'INFO name="Export.InProgress.Throttled"';
    says(snapshot, 'otlp-app', `${ago(3)} ${throttled}`, `${ago(2)} ${throttled}`, dropped);
    expect(roots(snapshot, wholeNamespace())).toEqual(['container-oom-killed']);
    expect(codes(snapshot, wholeNamespace())).toEqual(
      expect.arrayContaining(['collector-export-failing', 'collector-queue-full', 'otlp-export-throttled']),
    );
  });

  it('is told to wait because that one is short of memory', () => {
    const snapshot = tiers();
    says(snapshot, 'otel-gateway', collectorLine('refusing', 1));
    says(snapshot, 'otel-collector', ...[3, 1].map((at) => collectorLine('backendOutOfMemory', at)));
    expect(roots(snapshot, wholeNamespace())).toEqual(['collector-memory-limited']);
  });

  it('has a fault of its own where that one is well', () => {
    const snapshot = tiers();
    says(snapshot, 'otel-collector', ...refused);
    expect(roots(snapshot, wholeNamespace())).toEqual(['collector-export-failing']);
  });
});

describe('no OTLP endpoint', () => {
  const LINE =
    'Failed to export spans. Server responded with gRPC status code 2. Error message: Failed to connect to localhost/127.0.0.1:4317';
  const without = (line: string, more: Container['env'] = []) => {
    const snapshot = everWith(healthyNamespace(), 'otlp-app', (container) => {
      container.env = more;
    });
    const [pod] = podsOf(snapshot, 'otlp-app');
    return pod ? addLog(snapshot, pod, [`${ago(3)} ${line}`, `${ago(1)} ${line}`].join('\n')) : snapshot;
  };

  it('shows where the SDK sends to its own pod, and explains that the exports fail', () => {
    const snapshot = without(LINE);
    expect(roots(snapshot)).toEqual(['otlp-endpoint-unset']);
    expect(codes(snapshot)).toEqual(['otlp-endpoint-unset', 'otlp-export-failing']);
  });

  it('is no fault where nothing is sent, or one is set', () => {
    expect(codes(without('INFO started'))).toEqual([]);
    expect(codes(without('connected to localhost:4317'))).toEqual([]);
    const set = without(LINE, [{ name: BASE, value: 'http://localhost:4317' }]);
    expect(codes(set)).toEqual(['otlp-export-failing']);
  });
});

describe('the health check of a Collector', () => {
  const unhealthy = (config: [string, string][]) => {
    const snapshot = given({ config });
    return unready(
      snapshot,
      podsOf(snapshot, 'otel-collector'),
      'Readiness probe failed: Get "http://10.0.1.5:13133/": dial tcp 10.0.1.5:13133: connect: connection refused',
    );
  };

  it.each<[string, [string, string]]>([
    ['is not in service.extensions', ['  extensions: [health_check]\n', '']],
    ['listens on another port', ['0.0.0.0:13133', '0.0.0.0:13134']],
    ['listens on localhost', ['0.0.0.0:13133', 'localhost:13133']],
    ['answers at another path', ['endpoint: 0.0.0.0:13133', 'endpoint: 0.0.0.0:13133\n    path: /healthz']],
  ])('%s, and the probes fail for that', (_, change) => {
    const snapshot = unhealthy([change]);
    expect(roots(snapshot)).toEqual(['collector-health-check-failing']);
    expect(codes(snapshot)).toContain('readiness-probe-failing');
  });

  it('is not blamed where it fits, or where the probes pass', () => {
    expect(codes(unhealthy([['limit_mib: 400', 'limit_mib: 401']]))).not.toContain('collector-health-check-failing');
    expect(codes(given({ config: [['  extensions: [health_check]\n', '']] }))).toEqual([]);
  });
});
