import type { Container, Workload } from '#shared/domain/kubernetes.ts';
import { backend } from '../backends.ts';
import type { CorpusCase } from '../case.ts';
import { drops, exportingTo, saysEveryHalfMinute, willRetry } from '../collector-log.ts';
import { crashLoop, rollOut } from '../faults.ts';
import { neverAvailable } from '../first-rollouts.ts';
import { collectorConfig, collectorContainer, healthy } from '../healthy.ts';
import { initFails } from '../init-containers.ts';
import { configMap, service, thing } from '../things.ts';
import { ago, DAY } from '../time.ts';
import { deployment, statefulSet } from '../workloads.ts';
import { application, says } from './open-d-parts.ts';
import { writeCollector } from './otlp.ts';

const PROXY: Container = {
  name: 'istio-proxy',
  image: 'docker.io/istio/proxyv2:1.27.3',
  args: ['proxy', 'sidecar', '--domain', '$(POD_NAMESPACE).svc.cluster.local'],
  ports: [{ name: 'http-envoy-prom', containerPort: 15090, protocol: 'TCP' }],
  readinessProbe: { httpGet: { path: '/healthz/ready', port: 15021 }, periodSeconds: 15, failureThreshold: 4 },
  resources: { requests: { cpu: '10m', memory: '40Mi' }, limits: { memory: '1Gi' } },
};

const LABELS = { 'app.kubernetes.io/managed-by': 'opentelemetry-operator' };

/** Collectors and what the OpenTelemetry Operator puts around them and into other pods. */
export const openDCollectors: CorpusCase[] = [
  {
    name: 'target-allocator-watches-every-namespace-with-the-role-of-one',
    kind: 'single',
    source: 'https://github.com/open-telemetry/opentelemetry-operator/issues/3086',
    layers: ['configuration', 'application'],
    roots: [['rbac-forbidden']],
    why: 'Its account has a Role in one namespace only; the allocator asks to list and watch namespaces of the whole cluster, and gives up.',
    build: () => {
      const world = healthy();
      const name = 'otel-targetallocator';
      thing(world, 'v1', 'ServiceAccount', name, {}, { age: 47, labels: LABELS });
      configMap(
        world,
        name,
        {
          'targetallocator.yaml':
            'allocation_strategy: consistent-hashing\ncollector_selector:\n  matchlabels:\n    app: otel-collector\nfilter_strategy: relabel-config\nprometheus_cr:\n  enabled: true\n  scrape_interval: 30s\n',
        },
        { age: 47, changed: 47 },
      );
      const allocator = deployment(world, name, {
        replicas: 1,
        labels: { app: name, ...LABELS },
        container: {
          name: 'ta-container',
          image: 'ghcr.io/open-telemetry/opentelemetry-operator/target-allocator:0.103.0',
          args: ['--enable-prometheus-cr-watcher'],
          ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
          livenessProbe: { httpGet: { path: '/livez', port: 8080 } },
          readinessProbe: { httpGet: { path: '/readyz', port: 8080 } },
          volumeMounts: [{ name: 'config', mountPath: '/conf' }],
        },
        more: { serviceAccountName: name },
        configMap: name,
        age: 47,
        revised: 47,
        revision: 1,
      });
      service(world, name, { app: name }, [{ name: 'targetallocation', port: 80, targetPort: 'http' }], { age: 47 });
      for (const pod of world.podsOf(allocator))
        crashLoop(world, pod, {
          exitCode: 1,
          minutes: 46,
          restarts: 13,
          log: `{"level":"info","ts":"2026-11-20T09:57:58Z","msg":"Starting the Target Allocator"}
{"level":"error","ts":"2026-11-20T09:57:58Z","logger":"setup.prometheus-cr-watcher","msg":"Failed to create namespace informer in promOperator CRD watcher","error":"missing list/watch permissions on the 'namespaces' resource: missing \\"list\\" permission on resource \\"namespaces\\" (group: \\"\\") for all namespaces: missing \\"watch\\" permission on resource \\"namespaces\\" (group: \\"\\") for all namespaces","stacktrace":"github.com/open-telemetry/opentelemetry-operator/cmd/otel-allocator/watcher.NewPrometheusCRWatcher\\n\\t/home/runner/work/opentelemetry-operator/cmd/otel-allocator/watcher/promOperator.go:99"}
{"level":"error","ts":"2026-11-20T09:57:58Z","logger":"setup","msg":"Can't start the prometheus watcher","error":"missing list/watch permissions on the 'namespaces' resource"}`,
        });
      neverAvailable(world, allocator, 47);
      return world;
    },
  },
  {
    name: 'loki-of-the-second-generation-has-no-otlp-path',
    kind: 'single',
    source: 'https://github.com/grafana/loki/issues/14238',
    layers: ['otlp'],
    roots: [['collector-export-permanent', 'otlp-http-path-wrong']],
    why: 'Loki takes OTLP only since 3.0; this one answers /otlp/v1/logs with 404, while the same form of endpoint works at Tempo. Nothing is retried, all logs are dropped.',
    build: () => {
      const world = healthy();
      backend(world, 'loki-gateway', { image: 'grafana/loki:2.9.10', ports: { http: 3100 } });
      const at = 'http://loki-gateway.observability.svc.cluster.local:3100/otlp';
      writeCollector(world, exportingTo('logs', 'otlphttp/loki', `endpoint: ${at}`), 11 * DAY);
      saysEveryHalfMinute(world, world.get('Deployment', 'otel-collector'), (time, _pod, n) =>
        drops(
          time,
          'otlphttp/loki',
          'logs',
          `not retryable error: Permanent error: rpc error: code = Unimplemented desc = error exporting items, request to ${at}/v1/logs responded with HTTP Status Code 404`,
          10 + 37 * n,
        ),
      );
      return world;
    },
  },
  {
    name: 'injected-copy-of-the-node-agent-dies-of-its-memory',
    kind: 'single',
    source: 'https://github.com/open-telemetry/opentelemetry-operator/issues/3479',
    layers: ['application'],
    roots: [['container-oom-killed']],
    why: 'The init container that the webhook injects copies seven thousand files under a limit of 32Mi. The template names only an annotation.',
    build: () => {
      const world = healthy();
      const storefront = application(world, 'storefront', { NODE_ENV: 'production' });
      const annotations = { 'instrumentation.opentelemetry.io/inject-nodejs': 'true' };
      storefront.spec.template.metadata = { ...storefront.spec.template.metadata, annotations };
      const [pod] = rollOut(
        world,
        storefront,
        (container) => {
          container.image = '111122223333.dkr.ecr.us-east-1.amazonaws.com/storefront:2.7.1';
        },
        { minutes: 27 },
      );
      if (!pod?.status) throw new Error('a pod');
      pod.metadata.annotations = annotations;
      const name = 'opentelemetry-auto-instrumentation-nodejs';
      const image = 'ghcr.io/open-telemetry/opentelemetry-operator/autoinstrumentation-nodejs:0.53.0';
      const mount = { name, mountPath: '/otel-auto-instrumentation-nodejs' };
      pod.spec.initContainers = [
        {
          name,
          image,
          command: ['cp', '-r', '/autoinstrumentation/.', '/otel-auto-instrumentation-nodejs'],
          resources: { requests: { cpu: '50m', memory: '32Mi' }, limits: { cpu: '500m', memory: '32Mi' } },
          volumeMounts: [mount],
        },
      ];
      pod.spec.volumes?.push({ name, emptyDir: { sizeLimit: '200Mi' } });
      const [container] = pod.spec.containers;
      container?.volumeMounts?.push(mount);
      container?.env?.push(
        { name: 'NODE_OPTIONS', value: ' --require /otel-auto-instrumentation-nodejs/autoinstrumentation.js' },
        { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: 'http://otel-collector:4318' },
        { name: 'OTEL_EXPORTER_OTLP_PROTOCOL', value: 'http/protobuf' },
      );
      pod.status.initContainerStatuses = [{ name, image, imageID: `${image}@sha256:9d1f`, restartCount: 0 }];
      initFails(world, pod, name, { exitCode: 137, restarts: 9, minutes: 27, log: '' });
      const [status] = pod.status.initContainerStatuses;
      Object.assign(status ?? {}, {
        lastState: {
          terminated: { exitCode: 137, reason: 'OOMKilled', startedAt: ago(2.2), finishedAt: ago(2.1) },
        },
      });
      return world;
    },
  },
  {
    name: 'strict-mesh-resets-what-comes-by-the-addresses-of-pods',
    kind: 'single',
    source: 'https://github.com/open-telemetry/opentelemetry-collector/issues/11703',
    layers: ['otlp', 'network'],
    roots: [['otlp-tls-mismatch', 'collector-export-failing']],
    why: 'The balancer picks gateway pods by their addresses behind a headless Service, so its proxy does not know the destination and sends plaintext; under STRICT the other proxy has no filter chain for that.',
    build: () => {
      const world = healthy();
      const collector = world.get<Workload>('Deployment', 'otel-collector');
      world.remove(...world.podsOf(collector), ...world.setsOf(collector), collector);
      writeCollector(
        world,
        exportingTo(
          'traces',
          'loadbalancing',
          'routing_key: traceID\nprotocol:\n  otlp:\n    timeout: 1s\n    tls:\n      insecure: true\nresolver:\n  dns:\n    hostname: otel-gateway-headless.shop.svc.cluster.local\n    port: "4317"',
        ),
        11 * DAY,
      );
      const balancer = deployment(world, 'otel-collector', {
        container: collectorContainer(),
        configMap: 'otel-collector',
        more: { containers: [PROXY] },
      });
      configMap(world, 'otel-gateway', { 'collector.yaml': collectorConfig() }, { changed: 11 * DAY });
      const gateway = statefulSet(world, 'otel-gateway', {
        replicas: 2,
        container: collectorContainer(),
        configMap: 'otel-gateway',
        more: { containers: [PROXY] },
      });
      const headless = service(world, 'otel-gateway-headless', { app: 'otel-gateway' }, [
        { name: 'grpc-otlp', port: 4317, targetPort: 'otlp-grpc' },
      ]) as unknown as { spec: object };
      headless.spec = { ...headless.spec, clusterIP: 'None', clusterIPs: ['None'] };
      saysEveryHalfMinute(world, balancer, (time) =>
        willRetry(
          time,
          'loadbalancing',
          'traces',
          'rpc error: code = Unavailable desc = upstream connect error or disconnect/reset before headers. reset reason: connection termination',
        ),
      );
      for (const pod of world.podsOf(gateway))
        says(
          world,
          pod,
          (time, n) =>
            `[${time}] "- - -" 0 NR filter_chain_not_found - "-" 0 0 0 - "-" "-" "-" "-" "-" - - ${pod.status?.podIP}:4317 10.0.2.32:${50212 + 8 * n} - -`,
          PROXY.name,
        );
      return world;
    },
  },
];
