import type { Workload } from '#shared/domain/kubernetes.ts';
import type { CorpusCase } from '../case.ts';
import { zapLine } from '../collector-log.ts';
import { setEnvironment } from '../environment.ts';
import { appContainer, collectorConfig, healthy } from '../healthy.ts';
import { service } from '../things.ts';
import { DAY } from '../time.ts';
import { deployment, statefulSet } from '../workloads.ts';
import { application, mountCertificate, rolledOut, says, withTls } from './open-d-parts.ts';
import { writeCollector } from './otlp.ts';

/** What exporters of five languages say, while every pod runs and is ready. */
export const openDSdks: CorpusCase[] = [
  {
    name: 'exporter-built-without-tls-speaks-plaintext-to-a-https-endpoint',
    kind: 'single',
    source: 'https://github.com/open-telemetry/opentelemetry-rust/issues/3182',
    layers: ['otlp'],
    roots: [['otlp-tls-mismatch']],
    why: 'The endpoint says https and the receiver serves TLS, but the crate was built without its feature tls: plaintext goes out, and the receiver takes it for no handshake.',
    build: () => {
      const world = healthy();
      const collector = world.get<Workload>('Deployment', 'otel-collector');
      mountCertificate(world, collector, 3 * DAY);
      writeCollector(world, withTls(collectorConfig()), 3 * DAY);
      rolledOut(world, collector, 2 * DAY, (container) => {
        container.image = 'otel/opentelemetry-collector-contrib:0.162.0';
      });
      const checkout = world.get<Workload>('Deployment', 'checkout');
      setEnvironment(world, checkout, {
        OTEL_SERVICE_NAME: 'checkout',
        OTEL_EXPORTER_OTLP_ENDPOINT: 'https://otel-collector:4317',
        OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      });
      for (const pod of world.podsOf(checkout))
        says(
          world,
          pod,
          (time) =>
            `${time} ERROR opentelemetry_sdk:  name="BatchSpanProcessor.ExportError" error="Operation failed: status: Unknown, message: \\"transport error\\", details: [], metadata: MetadataMap { headers: {} }"`,
        );
      for (const pod of world.podsOf(collector))
        says(world, pod, (time, n) =>
          zapLine(
            time,
            'warn',
            'zapgrpc/zapgrpc.go:196',
            `[core] [Server #1]grpc: Server.Serve failed to complete security handshake from "10.0.2.21:${41802 + 14 * n}": tls: first record does not look like a TLS handshake`,
            { grpc_log: true },
          ),
        );
      return world;
    },
  },
  {
    name: 'metric-reader-of-node-expects-http-and-hears-grpc',
    kind: 'single',
    source: 'https://github.com/open-telemetry/opentelemetry-js/issues/4166',
    layers: ['otlp'],
    roots: [['otlp-protocol-port-mismatch']],
    why: 'No protocol is set, so the SDK of Node speaks HTTP; the endpoint is the gRPC port 4317.',
    build: () => {
      const world = healthy();
      const storefront = application(world, 'storefront', {
        NODE_OPTIONS: '--require @opentelemetry/auto-instrumentations-node/register',
        OTEL_SERVICE_NAME: 'storefront',
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://otel-collector:4317',
        OTEL_METRICS_EXPORTER: 'otlp',
      });
      for (const pod of world.podsOf(storefront))
        says(
          world,
          pod,
          () =>
            `{"stack":"Error: PeriodicExportingMetricReader: metrics export failed (error Error: Parse Error: Expected HTTP/)\\n    at PeriodicExportingMetricReader._doRun (/app/node_modules/@opentelemetry/sdk-metrics/build/src/export/PeriodicExportingMetricReader.js:79:19)\\n    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)","message":"PeriodicExportingMetricReader: metrics export failed (error Error: Parse Error: Expected HTTP/)","name":"Error"}`,
        );
      return world;
    },
  },
  {
    name: 'agent-for-go-has-an-endpoint-without-a-scheme',
    kind: 'single',
    source: 'https://github.com/open-telemetry/opentelemetry-go-instrumentation/issues/2430',
    layers: ['configuration', 'otlp'],
    roots: [['config-env-invalid']],
    why: 'The variable wants a URL and has host:port; the host is taken for a scheme, and nothing is left to resolve.',
    build: () => {
      const world = healthy();
      const container = appContainer('feedback', { env: [{ name: 'PORT', value: '8080' }] });
      const agent = {
        name: 'autoinstrumentation-go',
        image: 'otel/autoinstrumentation-go:v0.22.1',
        env: [
          { name: 'OTEL_GO_AUTO_TARGET_EXE', value: '/app/feedback' },
          { name: 'OTEL_EXPORTER_OTLP_PROTOCOL', value: 'grpc' },
          { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: 'otel-collector.shop.svc:4317' },
          { name: 'OTEL_EXPORTER_OTLP_INSECURE', value: 'true' },
          { name: 'OTEL_SERVICE_NAME', value: 'feedback' },
        ],
        resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '256Mi' } },
        securityContext: { runAsUser: 0, privileged: true },
      };
      const feedback = deployment(world, 'feedback', {
        container,
        more: { containers: [agent], shareProcessNamespace: true } as object,
        age: 2 * DAY,
        revised: 2 * DAY,
        revision: 1,
      });
      service(world, 'feedback', { app: 'feedback' }, [{ name: 'http', port: 80, targetPort: 'http' }]);
      for (const pod of world.podsOf(feedback)) {
        says(world, pod, (time) => `{"time":"${time}","level":"INFO","msg":"GET /healthz","status":200}`);
        says(
          world,
          pod,
          (time) =>
            `2026/11/20 ${time.slice(11, 19)} traces export: failed to exit idle mode: dns resolver: missing address`,
          agent.name,
        );
      }
      return world;
    },
  },
  {
    name: 'some-clients-stay-unconnected-after-the-collector-was-redeployed',
    kind: 'single',
    source: 'https://github.com/open-telemetry/opentelemetry-python/issues/4517',
    layers: ['otlp'],
    roots: [['otlp-export-failing']],
    why: 'The Collector has been well again for three hours; the channels of some replicas do not come back until those are restarted, others export.',
    build: () => {
      const world = healthy();
      rolledOut(world, world.get<Workload>('Deployment', 'otel-collector'), 180, (container) => {
        container.image = 'otel/opentelemetry-collector-contrib:0.162.0';
      });
      const recommender = statefulSet(world, 'recommender', {
        replicas: 4,
        container: appContainer('recommender', {
          env: [
            { name: 'OTEL_SERVICE_NAME', value: 'recommender' },
            {
              name: 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT',
              value: 'http://otel-collector.shop.svc.cluster.local:4317',
            },
            { name: 'OTEL_EXPORTER_OTLP_PROTOCOL', value: 'grpc' },
          ],
        }),
        age: 30 * DAY,
        revised: 6 * DAY,
      });
      service(world, 'recommender', { app: 'recommender' }, [{ name: 'http', port: 80, targetPort: 'http' }]);
      for (const [n, pod] of world.podsOf(recommender).entries()) {
        const access = (time: string) =>
          `${time.slice(0, 10)} ${time.slice(11, 19)},318 INFO tornado.access: 200 POST /recommend (10.0.1.21) 41.07ms`;
        const failed = (time: string, wait: number) =>
          `${time.slice(0, 10)} ${time.slice(11, 19)},${401 + wait} WARNING opentelemetry.exporter.otlp.proto.grpc.exporter: Transient error StatusCode.UNAVAILABLE encountered while exporting metrics to otel-collector.shop.svc.cluster.local:4317, retrying in ${wait}s.`;
        says(world, pod, (time, line) =>
          n % 3 === 0 ? `${access(time)}\n${failed(time, [1, 2, 4, 8, 16][line] ?? 32)}` : access(time),
        );
      }
      return world;
    },
  },
];
