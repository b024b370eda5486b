import { stringify } from 'yaml';

/** The guide's service as people deploy it: an app, its Collector, and what both need. Healthy as it stands. */
export function guideNamespace(namespace: string) {
  const meta = (name: string, labels: Record<string, string> = {}) => ({ name, namespace, labels });
  const resources = { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '500m', memory: '256Mi' } };
  const probe = (path: string, port: number | string) => ({
    httpGet: { path, port },
    periodSeconds: 1,
    failureThreshold: 2,
  });
  const workload = (name: string, container: object, volumes: object[], replicas = 2) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: meta(name, { app: name }),
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [container], volumes } },
    },
  });
  const app = workload(
    'otlp-app',
    {
      name: 'otlp-app',
      image: 'registry.example/otlp-app:1.4.2',
      ports: [{ name: 'http', containerPort: 8080 }],
      env: [
        { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: `http://otel-collector.${namespace}:4317` },
        { name: 'OTEL_EXPORTER_OTLP_PROTOCOL', value: 'grpc' },
        { name: 'API_KEY', valueFrom: { secretKeyRef: { name: 'otlp-app-secrets', key: 'api-key' } } },
      ],
      volumeMounts: [{ name: 'config', mountPath: '/etc/otlp-app' }],
      readinessProbe: probe('/health', 'http'),
      livenessProbe: probe('/health', 'http'),
      resources,
    },
    [{ name: 'config', configMap: { name: 'otlp-app-config' } }],
  );
  const collector = workload(
    'otel-collector',
    {
      name: 'otel-collector',
      image: 'otel/opentelemetry-collector:0.161.0',
      args: ['--config=/etc/otelcol/collector.yaml'],
      ports: [
        { name: 'otlp-grpc', containerPort: 4317 },
        { name: 'otlp-http', containerPort: 4318 },
        { name: 'health', containerPort: 13133 },
      ],
      volumeMounts: [{ name: 'config', mountPath: '/etc/otelcol' }],
      readinessProbe: probe('/', 'health'),
      livenessProbe: probe('/', 'health'),
      resources,
    },
    [{ name: 'config', configMap: { name: 'otel-collector-config' } }],
  );
  const service = (name: string, selects: string, ports: object[]) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: meta(name),
    spec: { selector: { app: selects }, ports },
  });
  return {
    namespace: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    appConfig: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: meta('otlp-app-config'),
      data: { 'config.toml': '[server]\nport = 8080\n\n[export]\nbatch_size = 512\nsampling_ratio = 1.0\n' },
    },
    secret: {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: meta('otlp-app-secrets'),
      stringData: { 'api-key': 'not-a-real-key-of-anybody' },
    },
    collectorConfig: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: meta('otel-collector-config'),
      data: { 'collector.yaml': stringify(collectorConfig()) },
    },
    appService: service('otlp-app-service', 'otlp-app', [{ name: 'http', port: 80, targetPort: 'http' }]),
    collectorService: service('otel-collector', 'otel-collector', [
      { name: 'otlp-grpc', port: 4317, targetPort: 'otlp-grpc' },
      { name: 'otlp-http', port: 4318, targetPort: 'otlp-http' },
    ]),
    collector,
    app,
  };
}

const collectorConfig = () => ({
  extensions: { health_check: { endpoint: '0.0.0.0:13133' } },
  receivers: { otlp: { protocols: { grpc: { endpoint: '0.0.0.0:4317' }, http: { endpoint: '0.0.0.0:4318' } } } },
  processors: { batch: {} },
  exporters: { debug: {} },
  service: {
    extensions: ['health_check'],
    pipelines: Object.fromEntries(
      ['traces', 'metrics', 'logs'].map((signal) => [
        signal,
        { receivers: ['otlp'], processors: ['batch'], exporters: ['debug'] },
      ]),
    ),
  },
});
