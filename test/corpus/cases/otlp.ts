import type { ConfigMap, Pod, Workload } from '#shared/domain/kubernetes.ts';
import type { CorpusCase } from '../case.ts';
import { crashLoop, rollOut } from '../faults.ts';
import { collectorConfig, healthy } from '../healthy.ts';
import { ago } from '../time.ts';
import type { World } from '../world.ts';

const TIMES = ['09:58:10', '09:58:40', '09:59:10', '09:59:40'];

export const inEachPod = (
  world: World,
  name: string,
  line: (time: string, pod: Pod) => string,
  namespace = world.namespace,
): void => {
  for (const pod of world.podsOf(world.get('Deployment', name, namespace))) {
    world.log(pod, TIMES.map((time) => line(`2026-11-20T${time}.118Z`, pod)).join('\n'));
  }
};

export const writeCollector = (world: World, text: string, changed = 30): void => {
  const map = world.get<ConfigMap>('ConfigMap', 'otel-collector');
  map.data = { 'collector.yaml': text };
  map.metadata.managedFields = [{ manager: 'helm', operation: 'Update', time: ago(changed) }];
};

export const exporting = (time: string, error: string, exporter = 'otlp/tempo') =>
  `${time}\tinfo\tinternal/retry_sender.go:133\tExporting failed. Will retry the request after interval.\t{"resource": {}, "otelcol.component.id": "${exporter}", "otelcol.component.kind": "exporter", "otelcol.signal": "traces", "error": "${error}", "interval": "28.778187984s"}`;

/** Faults of the way from an SDK through the Collector to a backend, while every pod may look well. */
export const otlp: CorpusCase[] = [
  {
    name: 'receiver-listens-on-localhost-since-0-104',
    kind: 'single',
    source: 'https://github.com/open-telemetry/opentelemetry-collector-contrib/issues/33896',
    layers: ['otlp'],
    roots: [['collector-bound-to-localhost']],
    why: 'Since 0.104 a receiver without an endpoint listens on localhost only: nobody outside its pod gets through.',
    build: () => {
      const world = healthy();
      writeCollector(world, collectorConfig({ grpc: '', http: '' }), 90);
      inEachPod(
        world,
        'checkout',
        (time) =>
          `${time} ERROR opentelemetry_sdk: name="BatchSpanProcessor.ExportError" error="Operation failed: tonic::transport::Error(Transport, ConnectError(ConnectError(\\"tcp connect error\\", 172.20.98.99:4317, Os { code: 111, kind: ConnectionRefused, message: \\"Connection refused\\" })))"`,
      );
      inEachPod(
        world,
        'otel-collector',
        (time) =>
          `${time}\tinfo\totlpreceiver@v0.161.0/otlp.go:102\tStarting GRPC server\t{"otelcol.component.id": "otlp", "otelcol.component.kind": "receiver", "endpoint": "localhost:4317"}`,
      );
      return world;
    },
  },
  {
    name: 'java-agent-speaks-grpc-to-the-http-port',
    kind: 'single',
    source: 'https://github.com/open-telemetry/opentelemetry-java-instrumentation/issues/9329',
    layers: ['otlp'],
    roots: [['otlp-protocol-port-mismatch']],
    why: 'gRPC to port 4318, where OTLP over HTTP is served.',
    build: () => {
      const world = healthy();
      const checkout = world.get<Workload>('Deployment', 'checkout');
      for (const spec of [
        checkout.spec.template.spec,
        ...world.setsOf(checkout).map((set) => set.spec.template.spec),
        ...world.podsOf(checkout).map((pod) => pod.spec),
      ]) {
        for (const variable of spec.containers[0]?.env ?? [])
          if (variable.name === 'OTEL_EXPORTER_OTLP_ENDPOINT') variable.value = 'http://otel-collector:4318';
      }
      inEachPod(
        world,
        'checkout',
        () =>
          '[otel.javaagent 2026-11-20 09:59:02:892 +0000] [OkHttp http://otel-collector:4318/...] WARN io.opentelemetry.exporter.internal.grpc.GrpcExporter - Failed to export spans. Server responded with gRPC status code 2. Error message: FRAME_SIZE_ERROR: 4740180',
      );
      return world;
    },
  },
  {
    name: 'exporter-names-a-backend-that-is-not-there',
    kind: 'single',
    source: 'https://github.com/uptrace/helm-charts/issues/28',
    layers: ['otlp', 'network'],
    roots: [['collector-exporter-endpoint-dns', 'service-missing']],
    why: 'The Service that the exporter names does not exist.',
    build: () => {
      const world = healthy();
      writeCollector(world, collectorConfig({ exporter: 'my-uptrace:14317' }), 90);
      inEachPod(world, 'otel-collector', (time) =>
        exporting(
          time,
          'rpc error: code = Unavailable desc = connection error: desc = \\"transport: Error while dialing: dial tcp: lookup my-uptrace on 10.28.0.10:53: no such host\\"',
        ),
      );
      return world;
    },
  },
  {
    name: 'application-names-the-collector-of-another-chart',
    kind: 'single',
    source: 'https://github.com/open-telemetry/opentelemetry-demo/issues/846',
    layers: ['otlp', 'network'],
    roots: [['otlp-endpoint-unknown-host', 'service-missing']],
    why: 'The endpoint is otelcol:4317; the Service here is called otel-collector.',
    build: () => {
      const world = healthy();
      const [pod] = rollOut(
        world,
        world.get<Workload>('Deployment', 'checkout'),
        (container) => {
          for (const variable of container.env ?? [])
            if (variable.name === 'OTEL_EXPORTER_OTLP_ENDPOINT') variable.value = 'http://otelcol:4317';
        },
        { all: true, minutes: 70 },
      );
      const checkout = world.get<Workload>('Deployment', 'checkout');
      const progressing = checkout.status?.conditions?.find(({ type }) => type === 'Progressing');
      Object.assign(progressing ?? {}, {
        status: 'True',
        reason: 'NewReplicaSetAvailable',
        message: 'ReplicaSet has successfully progressed.',
      });
      if (!pod) throw new Error('a pod');
      inEachPod(
        world,
        'checkout',
        (time) =>
          `${time} [Error] File: /opentelemetry-cpp/exporters/otlp/src/otlp_grpc_metric_exporter.cc:74 [OTLP METRIC GRPC Exporter] Export() failed: DNS resolution failed for otelcol:4317: C-ares status is not ARES_SUCCESS qtype=A name=otelcol is_balancer=0: Domain name not found`,
      );
      return world;
    },
  },
  {
    name: 'metrics-sent-to-a-collector-that-has-only-traces',
    kind: 'single',
    source: 'https://github.com/hertz-contrib/obs-opentelemetry/issues/63',
    layers: ['otlp'],
    roots: [['collector-signal-pipeline-missing', 'otlp-export-rejected']],
    why: 'No pipeline of the Collector takes metrics from OTLP: it answers Unimplemented for them.',
    build: () => {
      const world = healthy();
      const text = collectorConfig();
      writeCollector(world, text.slice(0, text.indexOf('    metrics:')), 90);
      inEachPod(
        world,
        'checkout',
        (time) =>
          `${time.slice(0, 10).replaceAll('-', '/')} ${time.slice(11, 19)} failed to upload metrics: rpc error: code = Unimplemented desc = unknown service opentelemetry.proto.collector.metrics.v1.MetricsService`,
      );
      return world;
    },
  },
  {
    name: 'exporter-posts-to-the-root-of-the-collector',
    kind: 'single',
    source: 'https://github.com/FriendsOfShopware/shopmon/pull/822',
    layers: ['otlp'],
    roots: [['otlp-http-path-wrong']],
    why: 'The application hands its base endpoint to an option that takes a whole URL: the spans go to / and are answered with 404.',
    build: () => {
      const world = healthy();
      const checkout = world.get<Workload>('Deployment', 'checkout');
      const env = [
        { name: 'OTEL_SERVICE_NAME', value: 'checkout' },
        { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: 'http://otel-collector:4318' },
        { name: 'OTEL_EXPORTER_OTLP_PROTOCOL', value: 'http/protobuf' },
      ];
      for (const spec of [
        checkout.spec.template.spec,
        ...world.setsOf(checkout).map((set) => set.spec.template.spec),
        ...world.podsOf(checkout).map((pod) => pod.spec),
      ]) {
        const container = spec.containers[0];
        if (container) container.env = [...env, ...(container.env ?? []).filter(({ valueFrom }) => valueFrom)];
      }
      inEachPod(
        world,
        'checkout',
        (time) =>
          `${time.slice(0, 10).replaceAll('-', '/')} ${time.slice(11, 19)} traces export: failed to send to http://otel-collector:4318/: 404 Not Found (body: 404 page not found)`,
      );
      return world;
    },
  },
  {
    name: 'backend-refuses-the-key-of-the-exporter',
    kind: 'single',
    source: 'https://github.com/open-telemetry/opentelemetry-collector/issues/13477',
    layers: ['otlp'],
    roots: [['collector-export-permanent']],
    why: 'The exporter does not authenticate as the backend wants it and is answered 403: no retry will ever succeed, and everything is dropped.',
    build: () => {
      const world = healthy();
      const text = collectorConfig({ exporter: 'https://observe.example.com/api/yoroi' })
        .replaceAll('otlp/tempo', 'otlphttp/openobserve')
        .replaceAll('exporters: [debug]', 'exporters: [otlphttp/openobserve]');
      writeCollector(world, text, 9000);
      inEachPod(
        world,
        'otel-collector',
        (time) =>
          `${time}\terror\tinternal/queue_sender.go:57\tExporting failed. Dropping data.\t{"resource": {}, "otelcol.component.id": "otlphttp/openobserve", "otelcol.component.kind": "exporter", "otelcol.signal": "metrics", "error": "not retryable error: Permanent error: rpc error: code = PermissionDenied desc = error exporting items, request to https://observe.example.com/api/yoroi/v1/metrics responded with HTTP Status Code 403", "dropped_items": 805}`,
      );
      return world;
    },
  },
  {
    name: 'pipeline-names-a-connector-that-nobody-configured',
    kind: 'cascade',
    source: 'https://github.com/open-telemetry/opentelemetry-demo/issues/1208',
    layers: ['otlp', 'application', 'network'],
    roots: [['collector-config-invalid']],
    why: 'The values of the chart dropped a component that a pipeline still names: the Collector ends at once, clients lose their endpoint.',
    build: () => {
      const world = healthy();
      writeCollector(world, collectorConfig({ traces: 'otlp/tempo, spanmetrics' }), 30);
      for (const pod of world.podsOf(world.get('Deployment', 'otel-collector'))) {
        crashLoop(world, pod, {
          exitCode: 1,
          minutes: 28,
          restarts: 10,
          log: `Error: invalid configuration: service::pipelines::traces: references exporter "spanmetrics" which is not configured
2026/11/20 09:57:50 collector server run finished with error: invalid configuration: service::pipelines::traces: references exporter "spanmetrics" which is not configured`,
        });
      }
      inEachPod(
        world,
        'checkout',
        (time) =>
          `${time} ERROR opentelemetry_sdk: name="BatchSpanProcessor.ExportError" error="Operation failed: tcp connect error: Connection refused (os error 111)"`,
      );
      return world;
    },
  },
];
