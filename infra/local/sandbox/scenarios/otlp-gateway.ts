import type { SandboxCluster } from '../cluster.ts';
import { CONTAINER_DEFAULTS, deployment, httpGet, PROBE_DEFAULTS, port, service } from '../manifest-parts.ts';
import { COLLECTOR, COLLECTOR_CONFIG, NAMESPACE } from '../manifests.ts';
import { GATEWAY_IMAGE } from '../programs/registry.ts';

export const GATEWAY = { namespace: 'observability', name: 'otlp-gateway' };
export const GATEWAY_TOKEN = { namespace: GATEWAY.namespace, name: 'otlp-gateway-token' };
const CLIENT_TOKEN = { namespace: NAMESPACE, name: 'otel-collector-token' };

const EXPORTER = `exporters:
  otlp_http/gateway:
    endpoint: http://${GATEWAY.name}.${GATEWAY.namespace}:4318
    headers:
      authorization: Bearer \${env:GATEWAY_TOKEN}
`;

export const tokenData = (token: string) => ({ token: Buffer.from(token).toString('base64') });
const fromSecret = (env: string, name: string) => ({
  name: env,
  valueFrom: { secretKeyRef: { name, key: 'token' } },
});

/** A backend in a namespace of its own, which takes telemetry from whoever has its token. */
export function installGateway(cluster: SandboxCluster, token: string): void {
  const { namespace } = GATEWAY;
  const identity = { ...GATEWAY, labels: { app: GATEWAY.name } };
  const labels = { 'kubernetes.io/metadata.name': namespace };
  cluster.apply('namespaces', { metadata: { name: namespace, labels } });
  for (const metadata of [GATEWAY_TOKEN, CLIENT_TOKEN])
    cluster.apply('secrets', { metadata, type: 'Opaque', data: tokenData(token) }, 'external-secrets');
  cluster.apply('services', service(identity, '172.20.77.41', [{ name: 'otlp-http', protocol: 'TCP', port: 4318 }]));
  const podSpec = {
    containers: [
      {
        name: 'gateway',
        image: GATEWAY_IMAGE,
        ports: [port('otlp-http', 4318)],
        env: [fromSecret('ACCEPTED_TOKEN', GATEWAY_TOKEN.name)],
        resources: { limits: { memory: '256Mi' }, requests: { cpu: '100m', memory: '128Mi' } },
        readinessProbe: { ...httpGet('/ready', 'otlp-http'), ...PROBE_DEFAULTS, periodSeconds: 10 },
        ...CONTAINER_DEFAULTS,
      },
    ],
  };
  cluster.apply('deployments', deployment(identity, 1, podSpec));
}

/** The Collector sends to the backend from now on, with the token that it was given. */
export function exportToGateway(cluster: SandboxCluster): void {
  cluster.edit('configmaps', COLLECTOR_CONFIG, (configMap) => {
    const text = configMap.data?.['config.yaml'] ?? '';
    const sending = text
      .replace('exporters:\n  debug: {}\n', EXPORTER)
      .replaceAll('exporters: [debug]', 'exporters: [otlp_http/gateway]');
    configMap.data = { 'config.yaml': sending };
  });
  cluster.edit('deployments', COLLECTOR, ({ spec }) => {
    for (const container of spec.template.spec.containers)
      container.env = [...(container.env ?? []), fromSecret('GATEWAY_TOKEN', CLIENT_TOKEN.name)];
  });
}
