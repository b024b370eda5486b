import type { KubeObject, Workload } from '#shared/domain/kubernetes.ts';
import { backend } from '../backends.ts';
import type { CorpusCase } from '../case.ts';
import { exportingTo, saysEveryHalfMinute } from '../collector-log.ts';
import { inCluster } from '../environment.ts';
import { crashLoop, rollOut } from '../faults.ts';
import { BACKEND, collectorConfig, collectorContainer, healthy } from '../healthy.ts';
import { remade } from '../remade.ts';
import { configMap } from '../things.ts';
import { ago, DAY } from '../time.ts';
import { deployment } from '../workloads.ts';
import type { World } from '../world.ts';
import { writeCollector } from './otlp.ts';

/** The Collector that the operator has made of its custom resource, in place of the one that was there; never available. */
function ofTheOperator(world: World, image: string, minutes: number): Workload {
  const before = world.get<Workload>('Deployment', 'otel-collector');
  world.remove(...world.podsOf(before), ...world.setsOf(before), before);
  const made = deployment(world, 'otel-collector', {
    container: collectorContainer({ image }),
    configMap: 'otel-collector',
    age: minutes,
    revised: minutes,
    revision: 1,
    labels: {
      app: 'otel-collector',
      'app.kubernetes.io/component': 'opentelemetry-collector',
      'app.kubernetes.io/instance': 'shop.otel',
      'app.kubernetes.io/managed-by': 'opentelemetry-operator',
    },
  });
  const owner = {
    apiVersion: 'opentelemetry.io/v1beta1',
    kind: 'OpenTelemetryCollector',
    name: 'otel',
    uid: '5a0c7e1b-9d64-4f0e-8a57-3b1f6c2d4e90',
    controller: true,
    blockOwnerDeletion: true,
  };
  for (const owned of [made, world.get<KubeObject>('ConfigMap', 'otel-collector')])
    owned.metadata.ownerReferences = [owner];
  made.metadata.managedFields = [{ manager: 'manager', operation: 'Update', time: ago(minutes) }];
  const progressing = made.status?.conditions?.find(({ type }) => type === 'Progressing');
  Object.assign(progressing ?? {}, {
    status: 'False',
    reason: 'ProgressDeadlineExceeded',
    message: `ReplicaSet "${world.setsOf(made)[0]?.metadata.name}" has timed out progressing.`,
    lastTransitionTime: ago(minutes - 10),
    lastUpdateTime: ago(minutes - 10),
  });
  return made;
}

const refusedClients = (world: World): void =>
  saysEveryHalfMinute(
    world,
    world.get<Workload>('Deployment', 'checkout'),
    (time) =>
      `${time} ERROR opentelemetry_sdk: name="BatchSpanProcessor.ExportError" error="Operation failed: status: Unavailable, message: \\"tcp connect error: Connection refused (os error 111)\\""`,
  );

const unmarshal = (what: string) =>
  `failed to get config: cannot unmarshal the configuration: decoding failed due to the following error(s):\n\n${what}`;

/** Collectors that do not run, and what their clients see of it. */
export const fieldBCollectors: CorpusCase[] = [
  {
    name: 'addon-collector-with-a-telemetry-address',
    kind: 'cascade',
    source: 'https://github.com/aws-observability/terraform-aws-observability-accelerator/issues/294',
    layers: ['otlp', 'application', 'network'],
    roots: [['collector-config-invalid']],
    why: 'The custom resource still says service.telemetry.metrics.address, which this release does not know: no replica starts, the Service is empty, clients are refused.',
    build: () => {
      const world = healthy();
      const telemetry = '\n  telemetry:\n    metrics:\n      address: 0.0.0.0:8888\n      level: basic';
      writeCollector(world, collectorConfig().replace('\nservice:', `\nservice:${telemetry}`), 47);
      const image = 'public.ecr.aws/aws-observability/aws-otel-collector:v0.45.0';
      const made = ofTheOperator(world, image, 47);
      const error = unmarshal(
        "'service.telemetry.metrics' decoding failed due to the following error(s):\n\n'' has invalid keys: address",
      );
      for (const pod of world.podsOf(made)) {
        crashLoop(world, pod, {
          exitCode: 1,
          minutes: 47,
          restarts: 14,
          log: `Error: ${error}\n2026/11/20 09:57:55 collector server run finished with error: ${error}`,
        });
      }
      refusedClients(world);
      return world;
    },
  },
  {
    name: 'storage-directory-that-no-image-has',
    kind: 'cascade',
    source: 'https://github.com/open-telemetry/opentelemetry-collector-contrib/issues/34277',
    layers: ['otlp', 'application', 'network'],
    roots: [['collector-persistent-queue-unwritable', 'collector-config-invalid']],
    why: 'The queue was made persistent in the configuration, but nothing is mounted at its directory, and the image does not have it; the pods met it when their nodes were replaced.',
    build: () => {
      const world = healthy();
      const text = collectorConfig()
        .replace(
          'extensions:\n  health_check',
          'extensions:\n  file_storage/default:\n    directory: /var/lib/otelcol/file_storage\n  health_check',
        )
        .replace('extensions: [health_check]', 'extensions: [health_check, file_storage/default]')
        .replace(
          '      insecure: true\n',
          '      insecure: true\n    sending_queue:\n      storage: file_storage/default\n',
        );
      writeCollector(world, text, 26);
      const error =
        'invalid configuration: extensions::file_storage/default: directory must exist: stat /var/lib/otelcol/file_storage: no such file or directory. You can enable the create_directory option to automatically create it';
      for (const pod of world.podsOf(world.get('Deployment', 'otel-collector'))) {
        crashLoop(world, remade(pod, 25), {
          exitCode: 1,
          minutes: 25,
          restarts: 9,
          log: `Error: ${error}\n2026/11/20 09:57:58 collector server run finished with error: ${error}`,
        });
      }
      refusedClients(world);
      return world;
    },
  },
  {
    name: 'health-check-of-the-operator-on-localhost',
    kind: 'cascade',
    source: 'https://github.com/open-telemetry/opentelemetry-operator/issues/3688',
    layers: ['otlp', 'application', 'network'],
    roots: [['collector-health-check-failing']],
    why: 'health_check without an endpoint listens on localhost; the kubelet asks the address of the pod and kills a Collector that is well.',
    build: () => {
      const world = healthy();
      writeCollector(
        world,
        collectorConfig().replace('health_check:\n    endpoint: 0.0.0.0:13133', 'health_check: {}'),
        38,
      );
      const made = ofTheOperator(world, 'otel/opentelemetry-collector-contrib:0.161.0', 38);
      for (const pod of world.podsOf(made)) {
        crashLoop(world, pod, {
          exitCode: 0,
          reason: 'Completed',
          minutes: 37,
          restarts: 11,
          log: `2026-11-20T09:57:10.402Z\tinfo\textensions/extensions.go:45\tExtension is starting...\t{"resource": {"service.name":"otelcol-contrib"}, "otelcol.component.id": "health_check", "otelcol.component.kind": "extension"}
2026-11-20T09:57:10.403Z\tinfo\thealthcheckextension@v0.161.0/healthcheckextension.go:32\tStarting health_check extension\t{"resource": {"service.name":"otelcol-contrib"}, "otelcol.component.id": "health_check", "otelcol.component.kind": "extension", "config": {"Endpoint":"localhost:13133","TLS":null,"Path":"/","ResponseBody":null,"CheckCollectorPipeline":{"Enabled":false,"Interval":"5m","ExporterFailureThreshold":5}}}
2026-11-20T09:57:10.410Z\tinfo\tservice@v0.161.0/service.go:250\tEverything is ready. Begin running and processing data.\t{"resource": {"service.name":"otelcol-contrib"}}
2026-11-20T09:57:54.118Z\tinfo\totelcol@v0.161.0/collector.go:354\tReceived signal from OS\t{"resource": {"service.name":"otelcol-contrib"}, "signal": "terminated"}
2026-11-20T09:57:54.119Z\tinfo\tservice@v0.161.0/service.go:292\tStarting shutdown...\t{"resource": {"service.name":"otelcol-contrib"}}
2026-11-20T09:57:54.131Z\tinfo\tservice@v0.161.0/service.go:306\tShutdown complete.\t{"resource": {"service.name":"otelcol-contrib"}}`,
        });
        const at = `${pod.status?.podIP}:13133`;
        const refused = `Get "http://${at}/": dial tcp ${at}: connect: connection refused`;
        const often = { from: 37, to: 2 };
        world.event(pod, 'Warning', 'Unhealthy', `Liveness probe failed: ${refused}`, { count: 33, ...often });
        world.event(pod, 'Warning', 'Unhealthy', `Readiness probe failed: ${refused}`, { count: 94, ...often });
        world.event(pod, 'Normal', 'Killing', 'Container otc-container failed liveness probe, will be restarted', {
          count: 11,
          ...often,
        });
      }
      refusedClients(world);
      return world;
    },
  },
  {
    name: 'image-of-the-gateway-outgrew-its-configuration',
    kind: 'trap',
    source: 'https://github.com/odigos-io/odigos/issues/878',
    layers: ['otlp', 'application'],
    roots: [['collector-config-invalid']],
    why: 'Nobody touched the configuration of the gateway for weeks; its new image does not know one key of it. The ConfigMap that did change today belongs to the application, which is well.',
    build: () => {
      const world = healthy();
      backend(world, 'loki', { image: 'grafana/loki:3.5.3', ports: { http: 3100 } });
      const text = exportingTo(
        'logs',
        'loki/loki',
        `endpoint: http://${inCluster('loki', BACKEND)}:3100/loki/api/v1/push\nlabels:\n  attributes:\n    k8s.pod.name: pod`,
      );
      configMap(world, 'odigos-gateway', { 'collector.yaml': text }, { changed: 33 * DAY });
      const gateway = deployment(world, 'odigos-gateway', {
        container: collectorContainer({ image: 'keyval/otel-collector-contrib:v0.4' }),
        configMap: 'odigos-gateway',
      });
      const [pod] = rollOut(
        world,
        gateway,
        (container) => {
          container.image = 'keyval/odigos-collector:v1.0.15';
        },
        { minutes: 19 },
      );
      if (!pod) throw new Error('a pod');
      const error =
        "failed to get config: cannot unmarshal the configuration: 1 error(s) decoding:\n\n* error decoding 'exporters': error reading configuration for \"loki/loki\": 1 error(s) decoding:\n\n* '' has invalid keys: labels";
      crashLoop(world, pod, {
        exitCode: 1,
        minutes: 18,
        restarts: 8,
        log: `Error: ${error}\n2026/11/20 09:57:51 collector server run finished with error: ${error}`,
      });
      world.get<KubeObject>('ConfigMap', 'checkout-config').metadata.managedFields = [
        { manager: 'argocd-controller', operation: 'Apply', time: ago(21) },
      ];
      return world;
    },
  },
];
