import type { Workload } from '#shared/domain/kubernetes.ts';
import { backend } from '../backends.ts';
import type { CorpusCase } from '../case.ts';
import { drops, exportingTo, saysEveryHalfMinute, willRetry, zapLine } from '../collector-log.ts';
import { everywhere, inCluster, setEnvironment } from '../environment.ts';
import { appContainer, BACKEND, collectorConfig, healthy } from '../healthy.ts';
import { service, thing } from '../things.ts';
import { DAY } from '../time.ts';
import { deployment } from '../workloads.ts';
import type { World } from '../world.ts';
import { writeCollector } from './otlp.ts';

const collectorOf = (world: World): Workload => world.get('Deployment', 'otel-collector');

/** Collectors that run, are ready, and do not get rid of what they are given. */
export const fieldBExporters: CorpusCase[] = [
  {
    name: 'loki-limits-the-rate-of-logs',
    kind: 'single',
    source: 'https://github.com/open-telemetry/opentelemetry-collector-contrib/issues/36558',
    layers: ['otlp'],
    roots: [['collector-export-failing']],
    why: 'Loki answers 429 to more than 12 MiB a second of one tenant: the Collector tries again and again, and nothing else is wrong.',
    build: () => {
      const world = healthy();
      backend(world, 'loki-gateway', { image: 'nginxinc/nginx-unprivileged:1.29-alpine', ports: { http: 8080 } });
      const endpoint = `http://${inCluster('loki-gateway', BACKEND)}:8080/otlp`;
      writeCollector(world, exportingTo('logs', 'otlphttp/loki', `endpoint: ${endpoint}`), 12 * DAY);
      saysEveryHalfMinute(world, collectorOf(world), (time) =>
        willRetry(
          time,
          'otlphttp/loki',
          'logs',
          `Throttle (0s), error: rpc error: code = ResourceExhausted desc = error exporting items, request to ${endpoint}/v1/logs responded with HTTP Status Code 429, Message=ingestion rate limit exceeded for user default-logs (limit: 12582912 bytes/sec) while attempting to ingest '60' lines totaling '116866' bytes, reduce log volume or contact your Loki administrator to see if the limit can be increased, Details=[]`,
        ),
      );
      return world;
    },
  },
  {
    name: 'two-replicas-write-the-same-series',
    kind: 'single',
    source: 'https://github.com/open-telemetry/opentelemetry-collector-contrib/issues/11438',
    layers: ['otlp'],
    roots: [['collector-export-permanent']],
    why: 'Both replicas write one series without a label of their own: Prometheus answers 400, and a retry would be refused as well.',
    build: () => {
      const world = healthy();
      backend(world, 'prometheus', { image: 'quay.io/prometheus/prometheus:v3.7.3', ports: { web: 9090 } });
      const endpoint = `http://${inCluster('prometheus', BACKEND)}:9090/api/v1/write`;
      writeCollector(world, exportingTo('metrics', 'prometheusremotewrite', `endpoint: ${endpoint}`), 16 * DAY);
      saysEveryHalfMinute(world, collectorOf(world), (time, _pod, n) =>
        drops(
          time,
          'prometheusremotewrite',
          'metrics',
          'Permanent error: Permanent error: Permanent error: remote write returned HTTP status 400 Bad Request; err = %!w(<nil>): out of order sample\n',
          310 + n,
        ),
      );
      return world;
    },
  },
  {
    name: 'otlp-to-the-old-port-of-jaeger',
    kind: 'single',
    source: 'https://github.com/jaegertracing/jaeger/issues/5843',
    layers: ['otlp'],
    roots: [['collector-export-permanent']],
    why: 'Port 14250 of Jaeger takes its own protocol; OTLP is on 4317. The connection is made, the service is unknown there.',
    build: () => {
      const world = healthy();
      backend(world, 'jaeger-collector', {
        image: 'jaegertracing/jaeger-collector:1.62.0',
        ports: { 'jaeger-grpc': 14250, http: 14268, 'otlp-grpc': 4317, admin: 14269 },
      });
      const endpoint = `${inCluster('jaeger-collector', BACKEND)}:14250`;
      writeCollector(
        world,
        exportingTo('traces', 'otlp/jaeger', `endpoint: ${endpoint}\ntls:\n  insecure: true`),
        21 * DAY,
      );
      saysEveryHalfMinute(world, collectorOf(world), (time) =>
        drops(
          time,
          'otlp/jaeger',
          'traces',
          'not retryable error: Permanent error: rpc error: code = Unimplemented desc = unknown service opentelemetry.proto.collector.trace.v1.TraceService',
        ),
      );
      return world;
    },
  },
  {
    name: 'role-of-the-nodes-may-not-write-to-x-ray',
    kind: 'single',
    source: 'https://github.com/aws-observability/aws-otel-community/issues/229',
    layers: ['configuration', 'otlp'],
    roots: [['aws-credentials-failing']],
    why: 'The account of the Collector has no role of its own, so it uses that of the node, which may not put trace segments.',
    build: () => {
      const world = healthy();
      thing(world, 'v1', 'ServiceAccount', 'adot-collector', {}, { age: 10 * DAY });
      const collector = collectorOf(world);
      everywhere(world, collector, (spec) => {
        spec.serviceAccountName = 'adot-collector';
      });
      writeCollector(world, exportingTo('traces', 'awsxray', 'region: us-east-1'), 10 * DAY);
      saysEveryHalfMinute(world, collector, (time) =>
        drops(
          time,
          'awsxray',
          'traces',
          'not retryable error: Permanent error: operation error XRay: PutTraceSegments, https response error StatusCode: 403, RequestID: 1f4c5c5e-0c3f-4a58-9c9e-3d2a5b6c7d8e, api error AccessDeniedException: User: arn:aws:sts::111122223333:assumed-role/shop-eks-node-group/i-0a23456789abcdef0 is not authorized to perform: xray:PutTraceSegments because no identity-based policy allows the xray:PutTraceSegments action',
          38,
        ),
      );
      return world;
    },
  },
  {
    name: 'soft-limit-of-the-memory-under-load',
    kind: 'single',
    source: 'https://github.com/open-telemetry/opentelemetry-collector/issues/9636',
    layers: ['otlp'],
    roots: [['collector-memory-limited']],
    why: 'The Collector uses more than its soft limit and refuses what comes; the errors of the application follow from it.',
    build: () => {
      const world = healthy();
      const orders = deployment(world, 'orders', { container: appContainer('orders') });
      setEnvironment(world, orders, {
        OTEL_SERVICE_NAME: 'orders',
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://otel-collector:4318',
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
      });
      service(world, 'orders', { app: 'orders' }, [{ name: 'http', port: 80, targetPort: 'http' }]);
      saysEveryHalfMinute(world, collectorOf(world), (time, _pod, n) =>
        [
          zapLine(
            time,
            'warn',
            'memorylimiter@v0.161.0/memorylimiter.go:210',
            'Memory usage is above soft limit. Refusing data.',
            {
              'otelcol.component.id': 'memory_limiter',
              'otelcol.component.kind': 'processor',
              'otelcol.pipeline.id': 'logs',
              'otelcol.signal': 'logs',
              cur_mem_mib: 461 + n,
            },
          ),
          zapLine(time, 'info', 'memorylimiter@v0.161.0/memorylimiter.go:178', 'Memory usage after GC.', {
            'otelcol.component.id': 'memory_limiter',
            'otelcol.component.kind': 'processor',
            'otelcol.pipeline.id': 'logs',
            'otelcol.signal': 'logs',
            cur_mem_mib: 448 + n,
          }),
        ].join('\n'),
      );
      saysEveryHalfMinute(
        world,
        orders,
        (time) =>
          `${time} {"stack":"OTLPExporterError: Service Unavailable\\n    at IncomingMessage.<anonymous> (/srv/node_modules/@opentelemetry/otlp-exporter-base/build/src/transport/http-transport-utils.js:81:24)","message":"Service Unavailable","name":"OTLPExporterError","code":"503","data":"\\b\\u000e\\u0012%data refused due to high memory usage"}`,
      );
      return world;
    },
  },
  {
    name: 'exporter-speaks-tls-to-a-plaintext-tempo',
    kind: 'single',
    source: 'https://github.com/open-telemetry/opentelemetry-helm-charts/issues/87',
    layers: ['otlp'],
    roots: [['otlp-tls-mismatch']],
    why: 'The otlp exporter uses TLS unless it is told not to, and Tempo here listens in plaintext.',
    build: () => {
      const world = healthy();
      writeCollector(world, collectorConfig().replace('    tls:\n      insecure: true\n', ''), 11 * DAY);
      saysEveryHalfMinute(world, collectorOf(world), (time) =>
        willRetry(
          time,
          'otlp/tempo',
          'traces',
          'rpc error: code = Unavailable desc = connection error: desc = "transport: authentication handshake failed: tls: first record does not look like a TLS handshake"',
        ),
      );
      return world;
    },
  },
];
