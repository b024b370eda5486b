import type { Workload } from '#shared/domain/kubernetes.ts';
import { backend } from '../backends.ts';
import type { CorpusCase } from '../case.ts';
import { drops, exportingTo, saysEveryHalfMinute } from '../collector-log.ts';
import { setEnvironment } from '../environment.ts';
import { crashLoop, rollOut } from '../faults.ts';
import { appContainer, BACKEND, collectorConfig, healthy } from '../healthy.ts';
import { service } from '../things.ts';
import { DAY } from '../time.ts';
import { deployment } from '../workloads.ts';
import { inEachPod, writeCollector } from './otlp.ts';

const METRICS = `http://prometheus-server.${BACKEND}.svc.cluster.local:9090/api/v1/otlp`;
const IN_USE =
  'failed to create meter provider: binding address 0.0.0.0:8888 for Prometheus exporter: listen tcp 0.0.0.0:8888: bind: address already in use';
const READER = `        - pull:
            exporter:
              prometheus:
                host: 0.0.0.0
                port: 8888
`;

/** The way of telemetry: a backend that is too old, a root that is not trusted, an operator that adds what is there. */
export const openCOtlp: CorpusCase[] = [
  {
    name: 'prometheus-is-older-than-its-otlp-receiver',
    kind: 'single',
    source: 'https://github.com/open-telemetry/opentelemetry-collector-contrib/issues/33235',
    layers: ['otlp'],
    roots: [['collector-export-permanent', 'otlp-http-path-wrong']],
    why: 'Prometheus 2.46 does not know /api/v1/otlp, which came with 2.47: every batch of metrics is answered with 404 and dropped at once.',
    build: () => {
      const world = healthy();
      backend(world, 'prometheus-server', { image: 'quay.io/prometheus/prometheus:v2.46.0', ports: { http: 9090 } });
      const id = 'otlphttp/prometheus';
      const settings = `endpoint: ${METRICS}\ntls:\n  insecure: true`;
      writeCollector(world, exportingTo('metrics', id, settings), 2 * DAY);
      saysEveryHalfMinute(world, world.get('Deployment', 'otel-collector'), (time, _pod, n) =>
        drops(
          time,
          id,
          'metrics',
          `not retryable error: Permanent error: rpc error: code = Unimplemented desc = error exporting items, request to ${METRICS}/v1/metrics responded with HTTP Status Code 404`,
          180 + 7 * n,
        ),
      );
      return world;
    },
  },
  {
    name: 'exporter-with-an-empty-store-of-roots',
    kind: 'single',
    source: 'https://github.com/NVIDIA/nvcf/issues/507',
    layers: ['otlp'],
    roots: [['otlp-tls-mismatch']],
    why: 'The exporter trusts nobody: its store of roots is empty and the image has none, so it refuses even a certificate that everybody trusts. The service itself is well.',
    build: () => {
      const world = healthy();
      const stargate = deployment(world, 'stargate', { container: appContainer('stargate'), revised: DAY });
      service(world, 'stargate', { app: 'stargate' }, [{ name: 'http', port: 80, targetPort: 'http' }]);
      setEnvironment(world, stargate, {
        OTEL_SERVICE_NAME: 'stargate',
        OTEL_EXPORTER_OTLP_ENDPOINT: 'https://otlp.eu.example.com:4317',
        OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      });
      inEachPod(
        world,
        'stargate',
        (time) =>
          `${time} ERROR opentelemetry_sdk: name="BatchSpanProcessor.ExportError" error="Operation failed: tonic::transport::Error(Transport, ConnectError(Custom { kind: InvalidData, error: InvalidCertificate(UnknownIssuer) })): invalid peer certificate: UnknownIssuer"`,
      );
      return world;
    },
  },
  {
    name: 'operator-adds-a-second-reader-for-the-same-port',
    kind: 'cascade',
    source: 'https://github.com/open-telemetry/opentelemetry-operator/issues/5416',
    layers: ['otlp', 'application', 'network'],
    roots: [['collector-config-invalid', 'container-exit-error']],
    why: 'The upgraded operator adds its own reader of internal metrics beside that of the user: the Collector opens 8888 twice, ends, and nobody takes the telemetry of the shop.',
    build: () => {
      const world = healthy();
      const telemetry = `service:\n  telemetry:\n    metrics:\n      level: detailed\n      readers:\n${READER}${READER}`;
      writeCollector(world, collectorConfig().replace('service:\n', telemetry), 26);
      const collector = world.get<Workload>('Deployment', 'otel-collector');
      collector.spec.strategy = { type: 'Recreate' };
      const image = 'public.ecr.aws/aws-observability/aws-otel-collector:v0.47.0';
      const change = (container: { image?: string }) => {
        container.image = image;
      };
      for (const pod of rollOut(world, collector, change, { minutes: 26, all: true }))
        crashLoop(world, pod, {
          exitCode: 1,
          restarts: 10,
          minutes: 26,
          log: `Error: ${IN_USE}\n2026/11/20 09:57:59 collector server run finished with error: ${IN_USE}`,
        });
      inEachPod(
        world,
        'checkout',
        (time) =>
          `${time} ERROR opentelemetry_sdk: name="BatchSpanProcessor.ExportError" error="Operation failed: tonic::transport::Error(Transport, ConnectError(ConnectError(\\"tcp connect error\\", 172.20.98.99:4317, Os { code: 111, kind: ConnectionRefused, message: \\"Connection refused\\" })))"`,
      );
      return world;
    },
  },
];
