import type { CorpusCase } from '../case.ts';
import { saysEveryHalfMinute } from '../collector-log.ts';
import { inCluster, setEnvironment } from '../environment.ts';
import { appContainer, healthy } from '../healthy.ts';
import { ingress, policy, service } from '../things.ts';
import { DAY } from '../time.ts';
import { deployment } from '../workloads.ts';

/** Every pod is ready, and what is sent to a port does not arrive. */
export const fieldBPorts: CorpusCase[] = [
  {
    name: 'policy-of-a-chart-that-does-not-know-tracing',
    kind: 'single',
    source: 'https://github.com/lexfrei/cloudflare-tunnel-gateway-controller/issues/696',
    layers: ['network', 'otlp'],
    roots: [['netpol-egress-denies-collector']],
    why: 'The chart lets its controller out to DNS, to the API server and to 443; tracing was switched on and goes to port 4317.',
    build: () => {
      const world = healthy();
      const tunnel = deployment(world, 'tunnel-controller', { container: appContainer('tunnel-controller') });
      setEnvironment(world, tunnel, {
        OTEL_SERVICE_NAME: 'tunnel-controller',
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://${inCluster('otel-collector')}:4317`,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      });
      policy(
        world,
        'tunnel-controller',
        {
          podSelector: { matchLabels: { app: 'tunnel-controller' } },
          policyTypes: ['Egress'],
          egress: [
            {
              ports: [
                { port: 53, protocol: 'UDP' },
                { port: 53, protocol: 'TCP' },
              ],
            },
            {
              ports: [
                { port: 443, protocol: 'TCP' },
                { port: 6443, protocol: 'TCP' },
              ],
            },
          ],
        },
        { age: 9 * DAY, labels: { 'app.kubernetes.io/managed-by': 'Helm' } },
      );
      saysEveryHalfMinute(
        world,
        tunnel,
        (time) =>
          `{"time":"${time}","level":"ERROR","msg":"OpenTelemetry SDK error","error":"traces export: exporter export timeout: rpc error: code = Unavailable desc = connection error: desc = \\"transport: Error while dialing: dial tcp 172.20.98.99:4317: i/o timeout\\""}`,
      );
      return world;
    },
  },
  {
    name: 'chart-forwards-to-the-port-of-its-service',
    kind: 'single',
    source: 'https://github.com/Unleash/helm-charts/issues/106',
    layers: ['network'],
    roots: [['service-target-port-mismatch']],
    why: 'The template of the Service has no targetPort, so it sends to port 80; the pods listen on 3063, are ready, and the Ingress answers 503.',
    build: () => {
      const world = healthy();
      const probe = { httpGet: { path: '/internal-backstage/health', port: 3063 }, periodSeconds: 10 };
      deployment(world, 'unleash-edge', {
        container: appContainer('unleash-edge', {
          image: 'unleashorg/unleash-edge:v19.6.3',
          ports: [{ name: 'edge', containerPort: 3063, protocol: 'TCP' }],
          env: [{ name: 'UPSTREAM_URL', value: 'https://features.example.com' }],
          livenessProbe: probe,
          readinessProbe: probe,
        }),
        revised: 90,
        age: 90,
        revision: 1,
      });
      service(world, 'unleash-edge', { app: 'unleash-edge' }, [{ name: 'http', port: 80 }], { age: 90 });
      ingress(world, 'unleash-edge', {
        backend: 'unleash-edge',
        port: { number: 80 },
        host: 'features-edge.example.com',
      });
      return world;
    },
  },
];
