import type { ServicePort } from '#shared/domain/kubernetes.ts';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import { configMapOf, everWith, serviceOf } from '#test/support/faults.ts';
import { healthyNamespace } from '#test/support/namespace.ts';
import { type Cases, the } from '../case.ts';
import { cannotExport } from './serving.ts';

const at = the('Service', 'otlp-app-service');

const noServices = { why: 'Services may not be read', unread: ['services'] } as const;

const withPorts = (name: string, ...ports: ServicePort[]): Snapshot => {
  const snapshot = healthyNamespace();
  serviceOf(snapshot, name).spec.ports = ports;
  return snapshot;
};

/** Nobody knows the Collector behind the Service: its configuration is not in a ConfigMap. */
const collectorUnknown = (snapshot: Snapshot): Snapshot => {
  configMapOf(snapshot, 'otel-collector-config').data = {};
  return snapshot;
};

/** Ports of Services that lead nowhere. */
export const servicePorts = {
  'service-target-port-mismatch': {
    positive: [
      {
        when: 'a name that no container has',
        at,
        severity: 'P0',
        shows: 'web',
        build: () => withPorts('otlp-app-service', { name: 'http', port: 80, targetPort: 'web' }),
      },
      {
        when: 'a number that no container has',
        at,
        severity: 'P0',
        shows: '8081',
        build: () => withPorts('otlp-app-service', { name: 'http', port: 80, targetPort: 8081 }),
      },
      {
        when: 'none is written, and the port of the Service is none of the containers',
        at,
        severity: 'P0',
        build: () => withPorts('otlp-app-service', { port: 80 }),
      },
      {
        when: 'of another protocol',
        at,
        severity: 'P0',
        build: () => withPorts('otlp-app-service', { port: 80, targetPort: 8080, protocol: 'UDP' }),
      },
      {
        when: 'the one to which telemetry is sent',
        at: the('Service', 'otel-collector'),
        build: () =>
          cannotExport(
            withPorts(
              'otel-collector',
              { name: 'otlp-grpc', port: 4317, targetPort: 14317 },
              { name: 'otlp-http', port: 4318, targetPort: 4318 },
            ),
          ),
      },
      {
        when: 'one more port, that nobody declares',
        at,
        as: 'advice',
        build: () =>
          withPorts(
            'otlp-app-service',
            { name: 'http', port: 80, targetPort: 'http' },
            { name: 'metrics', port: 9090, targetPort: 9090 },
          ),
      },
    ],
    nearMiss: [
      {
        why: 'a number written as text',
        roots: [],
        build: () => withPorts('otlp-app-service', { port: 80, targetPort: '8080' }),
      },
      {
        why: 'the containers declare no port at all',
        roots: [],
        build: () =>
          everWith(withPorts('otlp-app-service', { port: 80, targetPort: 9000 }), 'otlp-app', (container) => {
            container.ports = [];
            container.livenessProbe = { tcpSocket: { port: 9000 } };
            container.readinessProbe = { tcpSocket: { port: 9000 } };
          }),
      },
      {
        why: 'a sidecar has it',
        roots: [],
        build: () =>
          everWith(withPorts('otlp-app-service', { port: 80, targetPort: 'proxy' }), 'otlp-app', (_, spec) => {
            spec.initContainers = [
              { name: 'proxy', restartPolicy: 'Always', ports: [{ name: 'proxy', containerPort: 15001 }] },
            ];
          }),
      },
    ],
    notApplicable: [noServices, { why: 'Deployments may not be read', unread: ['deployments'] }],
  },
  'service-port-unexpected': {
    positive: [
      {
        when: 'the port was removed, and the configuration of the Collector is not known',
        at: the('Service', 'otel-collector'),
        shows: '4318',
        build: () =>
          cannotExport(
            collectorUnknown(withPorts('otel-collector', { name: 'otlp-http', port: 4318, targetPort: 4318 })),
          ),
      },
    ],
    nearMiss: [
      {
        why: 'a Service without ports is headless: the pods say what they listen on',
        build: () => collectorUnknown(withPorts('otel-collector')),
      },
      {
        why: 'the Collector is known: what it listens on tells more',
        roots: ['collector-port-not-exposed'],
        build: () => cannotExport(withPorts('otel-collector', { name: 'otlp-http', port: 4318, targetPort: 4318 })),
      },
      { why: 'it has the port', roots: [], build: () => collectorUnknown(healthyNamespace()) },
    ],
    notApplicable: [
      noServices,
      {
        why: 'the Service is an alias for a name outside',
        build: () => {
          const snapshot = collectorUnknown(healthyNamespace());
          serviceOf(snapshot, 'otel-collector').spec = {
            type: 'ExternalName',
            externalName: 'otlp.vendor.example.com',
          };
          return snapshot;
        },
      },
    ],
  },
} satisfies Cases;
