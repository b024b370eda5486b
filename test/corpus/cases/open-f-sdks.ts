import type { Workload } from '#shared/domain/kubernetes.ts';
import type { CorpusCase } from '../case.ts';
import { exportingTo, saysEveryHalfMinute } from '../collector-log.ts';
import { everywhere } from '../environment.ts';
import { appContainer, healthy } from '../healthy.ts';
import { service } from '../things.ts';
import { DAY } from '../time.ts';
import { deployment } from '../workloads.ts';
import { application, says } from './open-d-parts.ts';
import { writeCollector } from './otlp.ts';

/** Telemetry that is lost before, in and behind the first Collector. */
export const openFSdks: CorpusCase[] = [
  {
    name: 'dashboard-traces-by-default-and-nobody-told-it-where-to',
    kind: 'single',
    source: 'https://github.com/kubernetes-sigs/headlamp/issues/3439',
    layers: ['otlp'],
    roots: [['otlp-endpoint-unset']],
    why: 'Tracing is on in the program itself, the chart sets no endpoint, and so it exports to 127.0.0.1:4317 in its own pod.',
    build: () => {
      const world = healthy();
      const headlamp = deployment(world, 'headlamp', {
        replicas: 1,
        age: 4 * DAY,
        revised: 4 * DAY,
        revision: 2,
        imageBefore: 'ghcr.io/headlamp-k8s/headlamp:v0.30.1',
        annotations: { 'meta.helm.sh/release-name': 'headlamp', 'meta.helm.sh/release-namespace': world.namespace },
        container: {
          name: 'headlamp',
          image: 'ghcr.io/headlamp-k8s/headlamp:v0.31.0',
          args: ['-in-cluster', '-plugins-dir=/headlamp/plugins'],
          ports: [{ name: 'http', containerPort: 4466, protocol: 'TCP' }],
          resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '256Mi' } },
          livenessProbe: { httpGet: { path: '/', port: 'http' } },
          readinessProbe: { httpGet: { path: '/', port: 'http' } },
        },
      });
      service(world, 'headlamp', { app: 'headlamp' }, [{ name: 'http', port: 80, targetPort: 'http' }]);
      saysEveryHalfMinute(
        world,
        headlamp,
        (time) =>
          `${time.slice(0, 19).replace('T', ' ').replaceAll('-', '/')} traces export: context deadline exceeded: rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 127.0.0.1:4317: connect: connection refused"`,
      );
      return world;
    },
  },
  {
    name: 'ten-batches-are-all-that-the-queue-of-the-chart-holds',
    kind: 'single',
    source: 'https://github.com/SumoLogic/sumologic-kubernetes-collection/issues/3474',
    layers: ['otlp'],
    roots: [['collector-queue-full']],
    why: 'The chart gives the exporter a queue of ten batches. What it sends to is well and takes what it gets; at each burst of logs the queue is full and the batch is lost.',
    build: () => {
      const world = healthy();
      application(world, 'collection-metadata-logs', {});
      everywhere(
        world,
        world.get<Workload>('Deployment', 'collection-metadata-logs'),
        ({ containers: [container] }) => {
          if (container) container.ports?.push({ name: 'otlphttp', containerPort: 4318, protocol: 'TCP' });
        },
      );
      service(world, 'metadata-logs', { app: 'collection-metadata-logs' }, [
        { name: 'otlphttp', port: 4318, targetPort: 'otlphttp' },
      ]);
      writeCollector(
        world,
        exportingTo(
          'logs',
          'otlphttp',
          'endpoint: http://metadata-logs.shop.svc.cluster.local:4318\nsending_queue:\n  queue_size: 10\ndisable_keep_alives: true',
        ),
        6 * DAY,
      );
      const collector = world.get<Workload>('Deployment', 'otel-collector');
      everywhere(world, collector, ({ containers: [container] }) => {
        if (container) container.image = 'public.ecr.aws/sumologic/sumologic-otel-collector:0.89.0-sumo-0';
      });
      saysEveryHalfMinute(
        world,
        collector,
        (time) =>
          `${time}\twarn\tbatchprocessor@v0.89.0/batch_processor.go:258\tSender failed\t{"kind": "processor", "name": "batch", "pipeline": "logs/containers", "error": "sending queue is full"}`,
      );
      return world;
    },
  },
  {
    name: 'two-thousand-spans-a-second-against-a-channel-of-two-thousand',
    kind: 'single',
    source: 'https://github.com/open-telemetry/opentelemetry-rust/issues/1063',
    layers: ['otlp', 'application'],
    roots: [['otlp-data-dropped-in-app']],
    why: 'Exports go through; the batch processor cannot take as many spans as a burst of requests makes, and drops them with a line for each.',
    build: () => {
      const world = healthy();
      const made = application(world, 'rpc-gateway', {
        OTEL_SERVICE_NAME: 'rpc-gateway',
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://otel-collector:4317',
        OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      });
      for (const pod of world.podsOf(made))
        says(
          world,
          pod,
          (time, n) =>
            `${time}  INFO rpc_gateway::server: connections=${211 + 40 * n} qps=${1870 + 310 * n}\n${Array<string>(6).fill('OpenTelemetry trace error occurred. cannot send span to the batch span processor because the channel is full').join('\n')}`,
        );
      return world;
    },
  },
  {
    name: 'go-exporter-takes-a-full-success-for-a-partial-one',
    kind: 'noisy',
    source: 'https://github.com/open-telemetry/opentelemetry-go/issues/3432',
    layers: [],
    roots: [],
    why: 'Every span has arrived: the Collector fills in the field of a partial success with no message and no rejected span, and this version of the exporter reports that as an error.',
    build: () => {
      const world = healthy();
      const ledger = deployment(world, 'ledger', { container: appContainer('ledger'), age: 30 * DAY });
      service(world, 'ledger', { app: 'ledger' }, [{ name: 'http', port: 80, targetPort: 'http' }]);
      saysEveryHalfMinute(
        world,
        ledger,
        (time) =>
          `${time.slice(0, 19).replace('T', ' ').replaceAll('-', '/')} OTLP partial success: empty message (0 spans rejected)`,
      );
      return world;
    },
  },
];
