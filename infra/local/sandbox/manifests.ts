import type { ConfigMap, ResourceQuota, Service, Workload } from '#shared/domain/kubernetes.ts';
import type { HorizontalPodAutoscaler, Job } from '#shared/domain/surroundings.ts';
import {
  CONTAINER_DEFAULTS,
  deployment,
  httpGet,
  POD_DEFAULTS,
  PROBE_DEFAULTS,
  port,
  service,
} from './manifest-parts.ts';
import type { Secret } from './objects.ts';
import { APP_IMAGE, COLLECTOR_IMAGE, LOAD_TEST_IMAGE, REPORT_IMAGE } from './programs/registry.ts';

export const NAMESPACE = 'otlp-system';
export const APP = 'otlp-app';
export const COLLECTOR = 'otel-collector';
export const APP_CONFIG = 'otlp-app-config';
export const APP_SECRET = 'otlp-app-secrets';
export const COLLECTOR_CONFIG = 'otel-collector-config';

const named = (name: string) => ({ name, namespace: NAMESPACE, labels: { app: name } });

export const APP_CONFIG_TOML = `# otlp-app, see docs/configuration.md
[server]
listen = "0.0.0.0:8080"
workers = 4

[pipeline]
queue_capacity = 2048
batch_size = 512
cache_mib = 24
`;

export const COLLECTOR_CONFIG_YAML = `receivers:
  otlp:
    protocols:
      grpc:
        endpoint: 0.0.0.0:4317
      http:
        endpoint: 0.0.0.0:4318
processors:
  memory_limiter:
    check_interval: 1s
    limit_percentage: 80
    spike_limit_percentage: 25
  batch: {}
exporters:
  debug: {}
extensions:
  health_check:
    endpoint: 0.0.0.0:13133
service:
  extensions: [health_check]
  telemetry:
    metrics:
      readers:
        - pull:
            exporter:
              prometheus:
                host: 0.0.0.0
                port: 8888
  pipelines:
    traces:
      receivers: [otlp]
      processors: [memory_limiter, batch]
      exporters: [debug]
    metrics:
      receivers: [otlp]
      processors: [memory_limiter, batch]
      exporters: [debug]
    logs:
      receivers: [otlp]
      processors: [memory_limiter, batch]
      exporters: [debug]
`;

export const appConfig = (): ConfigMap => ({ metadata: named(APP_CONFIG), data: { 'config.toml': APP_CONFIG_TOML } });

export const collectorConfig = (): ConfigMap => ({
  metadata: named(COLLECTOR_CONFIG),
  data: { 'config.yaml': COLLECTOR_CONFIG_YAML },
});

export const appSecret = (apiKey: string): Secret => ({
  metadata: named(APP_SECRET),
  type: 'Opaque',
  data: { 'api-key': Buffer.from(apiKey).toString('base64') },
});

export const quota = (): ResourceQuota => ({
  metadata: { name: 'otlp-system-quota', namespace: NAMESPACE },
  spec: {
    hard: { pods: '20', 'requests.cpu': '4', 'requests.memory': '8Gi', 'limits.cpu': '8', 'limits.memory': '16Gi' },
  },
});

/** The liveness probe only asks whether the port is open, as in many charts: a deadlocked process passes it. */
export const appDeployment = (version: string): Workload =>
  deployment(named(APP), 2, {
    containers: [
      {
        name: APP,
        image: APP_IMAGE(version),
        ports: [port('http', 8080)],
        env: [
          { name: 'OTEL_SERVICE_NAME', value: APP },
          { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: `http://${COLLECTOR}:4318` },
          { name: 'OTEL_EXPORTER_OTLP_PROTOCOL', value: 'http/protobuf' },
          { name: 'OTEL_TRACES_SAMPLER', value: 'parentbased_traceidratio' },
          { name: 'OTEL_TRACES_SAMPLER_ARG', value: '1.0' },
          { name: 'RUST_LOG', value: 'info,opentelemetry=debug' },
          { name: 'API_KEY', valueFrom: { secretKeyRef: { name: APP_SECRET, key: 'api-key' } } },
        ],
        resources: { limits: { cpu: '500m', memory: '256Mi' }, requests: { cpu: '100m', memory: '128Mi' } },
        volumeMounts: [{ name: 'config', readOnly: true, mountPath: '/etc/otlp-app' }],
        livenessProbe: { tcpSocket: { port: 'http' }, ...PROBE_DEFAULTS, periodSeconds: 10 },
        readinessProbe: { ...httpGet('/health', 'http'), ...PROBE_DEFAULTS, periodSeconds: 5 },
        ...CONTAINER_DEFAULTS,
      },
    ],
    volumes: [{ name: 'config', configMap: { name: APP_CONFIG, defaultMode: 420 } }],
  });

export const collectorDeployment = (): Workload =>
  deployment(named(COLLECTOR), 2, {
    containers: [
      {
        name: COLLECTOR,
        image: COLLECTOR_IMAGE,
        args: ['--config=/conf/config.yaml'],
        ports: [port('otlp-grpc', 4317), port('otlp-http', 4318), port('metrics', 8888), port('health', 13133)],
        env: [{ name: 'MY_POD_IP', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'status.podIP' } } }],
        resources: { limits: { cpu: '500m', memory: '512Mi' }, requests: { cpu: '100m', memory: '256Mi' } },
        volumeMounts: [{ name: 'config', readOnly: true, mountPath: '/conf' }],
        livenessProbe: { ...httpGet('/', 'health'), ...PROBE_DEFAULTS, periodSeconds: 10 },
        readinessProbe: { ...httpGet('/', 'health'), ...PROBE_DEFAULTS, periodSeconds: 5 },
        ...CONTAINER_DEFAULTS,
      },
    ],
    volumes: [{ name: 'config', configMap: { name: COLLECTOR_CONFIG, defaultMode: 420 } }],
  });

/** Two replicas are enough by far: it asks for fewer than its minimum. */
export const appAutoscaler = (): HorizontalPodAutoscaler => ({
  metadata: named(APP),
  spec: {
    scaleTargetRef: { kind: 'Deployment', name: APP, ...{ apiVersion: 'apps/v1' } },
    minReplicas: 2,
    maxReplicas: 6,
    metrics: [
      { type: 'Resource', resource: { name: 'cpu', ...{ target: { type: 'Utilization', averageUtilization: 70 } } } },
    ],
  },
});

export const nightlyReportJob = (): Job => ({
  metadata: named('nightly-report'),
  spec: {
    backoffLimit: 4,
    template: {
      metadata: { labels: { app: 'nightly-report' } },
      spec: {
        ...POD_DEFAULTS,
        restartPolicy: 'Never',
        containers: [
          {
            name: 'report',
            image: REPORT_IMAGE,
            env: [{ name: 'TARGET', value: 'http://otlp-app-service' }],
            resources: { limits: { cpu: '250m', memory: '128Mi' }, requests: { cpu: '50m', memory: '64Mi' } },
            ...CONTAINER_DEFAULTS,
          },
        ],
      },
    },
  },
});

/** Takes what the quota leaves of CPU limits beside one Collector of two replicas. */
export const loadTestDeployment = (): Workload =>
  deployment(named('load-test'), 4, {
    containers: [
      {
        name: 'load-test',
        image: LOAD_TEST_IMAGE,
        env: [{ name: 'TARGET', value: 'http://otlp-app-service' }],
        resources: { limits: { cpu: '1750m', memory: '64Mi' }, requests: { cpu: '250m', memory: '64Mi' } },
        ...CONTAINER_DEFAULTS,
      },
    ],
  });

export const services = (): Service[] => [
  service({ ...named(APP), name: 'otlp-app-service' }, '172.20.84.17', [
    { name: 'http', protocol: 'TCP', port: 80, targetPort: 8080 },
  ]),
  service(named(COLLECTOR), '172.20.31.7', [
    { name: 'otlp-grpc', protocol: 'TCP', port: 4317, targetPort: 4317, appProtocol: 'grpc' },
    { name: 'otlp-http', protocol: 'TCP', port: 4318, targetPort: 4318 },
  ]),
];
