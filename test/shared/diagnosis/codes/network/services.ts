import type { ServicePort } from '#shared/domain/kubernetes.ts';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import {
  addLog,
  configMapOf,
  crashLoop,
  event,
  everWith,
  podsOf,
  scaleToZero,
  serviceOf,
} from '#test/support/faults.ts';
import { ago, healthyNamespace, sandboxTarget, settle, wholeNamespace } from '#test/support/namespace.ts';
import { type Cases, the } from '../case.ts';

const at = the('Service', 'otlp-app-service');
const noServices = { why: 'Services may not be read', unread: ['services'] } as const;

const without = (name: string): Snapshot => {
  const snapshot = healthyNamespace();
  snapshot.objects.services = snapshot.objects.services.filter(({ metadata }) => metadata.name !== name);
  snapshot.objects.endpointslices = snapshot.objects.endpointslices.filter(
    ({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] !== name,
  );
  return snapshot;
};

const selecting = (selector: Record<string, string>, name = 'otlp-app-service'): Snapshot => {
  const snapshot = healthyNamespace();
  serviceOf(snapshot, name).spec.selector = selector;
  return settle(snapshot);
};

const withPorts = (name: string, ...ports: ServicePort[]): Snapshot => {
  const snapshot = healthyNamespace();
  serviceOf(snapshot, name).spec.ports = ports;
  return snapshot;
};

/** The application says that it cannot export, as the Rust SDK does. */
const cannotExport = (snapshot: Snapshot): Snapshot => {
  for (const pod of podsOf(snapshot, 'otlp-app'))
    addLog(
      snapshot,
      pod,
      [4, 3, 2]
        .map(
          (minutes) =>
            `${ago(minutes)} ERROR opentelemetry_sdk: name="BatchSpanProcessor.ExportError" error="Operation failed: transport error"`,
        )
        .join('\n'),
    );
  return snapshot;
};

/** Of type LoadBalancer for so many minutes. */
function balanced(minutes: number, address?: string): Snapshot {
  const snapshot = healthyNamespace();
  const service = serviceOf(snapshot, 'otlp-app-service');
  service.spec.type = 'LoadBalancer';
  service.metadata.creationTimestamp = ago(minutes);
  service.status = { loadBalancer: address ? { ingress: [{ hostname: address }] } : {} };
  return snapshot;
}

const serviceSays = (snapshot: Snapshot, reason: string, message: string): Snapshot =>
  event(snapshot, { ...serviceOf(snapshot, 'otlp-app-service'), kind: 'Service' }, reason, message);

/** Nobody knows the Collector behind the Service: its configuration is not in a ConfigMap. */
const collectorUnknown = (snapshot: Snapshot): Snapshot => {
  configMapOf(snapshot, 'otel-collector-config').data = {};
  return snapshot;
};

/** Services, and what stands behind them. */
export const services = {
  'service-missing': {
    positive: [
      { when: 'the target names it', at, shows: 'not found', build: () => without('otlp-app-service') },
      {
        when: 'the application sends its telemetry there',
        at: the('Service', 'otel-collector'),
        build: () => cannotExport(without('otel-collector')),
      },
      {
        when: 'the target names one that nobody has',
        at: the('Service', 'shop'),
        target: sandboxTarget({ service: 'shop' }),
        build: healthyNamespace,
      },
    ],
    nearMiss: [
      { why: 'it is there, and has no endpoint', build: () => scaleToZero('otlp-app', healthyNamespace()) },
      { why: 'a whole namespace has what it has', target: wholeNamespace(), build: () => without('otlp-app-service') },
    ],
    notApplicable: [noServices],
  },
  'service-selector-matches-nothing': {
    positive: [
      {
        when: 'a label more than the pods have',
        at,
        severity: 'P0',
        shows: '{"app":"otlp-app","tier":"web"}',
        build: () => selecting({ app: 'otlp-app', tier: 'web' }),
      },
      { when: 'the application was renamed', at, severity: 'P0', build: () => selecting({ app: 'otlp-application' }) },
      {
        when: 'that of the Collector, and nothing is exported',
        at: the('Service', 'otel-collector'),
        build: () => cannotExport(selecting({ app: 'collector' }, 'otel-collector')),
      },
      {
        when: 'pods of another namespace have the labels',
        at,
        severity: 'P0',
        build: () => {
          const snapshot = selecting({ app: 'otlp-app', tier: 'web' });
          const [pod] = structuredClone(podsOf(snapshot, 'otlp-app'));
          if (pod)
            snapshot.objects.pods.push({
              ...pod,
              metadata: { ...pod.metadata, namespace: 'staging', labels: { app: 'otlp-app', tier: 'web' } },
            });
          return snapshot;
        },
      },
    ],
    nearMiss: [
      {
        why: 'its workload is scaled to zero',
        roots: ['deployment-scaled-to-zero'],
        build: () => scaleToZero('otlp-app', healthyNamespace()),
      },
      { why: 'its endpoints are made by hand', build: () => selecting({}) },
      {
        why: 'it is an alias for a name outside',
        build: () => {
          const snapshot = healthyNamespace();
          serviceOf(snapshot, 'otlp-app-service').spec = {
            type: 'ExternalName',
            externalName: 'shop.example.com',
            selector: { app: 'old' },
          };
          return snapshot;
        },
      },
    ],
    notApplicable: [noServices, { why: 'pods may not be read', unread: ['pods', 'deployments'] }],
  },
  'service-no-ready-endpoints': {
    positive: [
      {
        when: 'its pods crash',
        at,
        severity: 'P0',
        as: 'symptom of container-exit-error',
        shows: '0 ready, 2 pods selected',
        build: () => {
          const snapshot = healthyNamespace();
          return crashLoop(snapshot, podsOf(snapshot, 'otlp-app'));
        },
      },
      {
        when: 'its pods are ready, and the controller of EndpointSlices does not follow',
        at,
        severity: 'P0',
        build: () => {
          const snapshot = healthyNamespace();
          for (const slice of snapshot.objects.endpointslices)
            if (slice.metadata.name.startsWith('otlp-app')) slice.endpoints = [];
          return snapshot;
        },
      },
      {
        when: 'EndpointSlices may not be read, and its pods say it',
        at,
        severity: 'P0',
        as: 'symptom of container-exit-error',
        build: () => {
          const snapshot = healthyNamespace();
          crashLoop(snapshot, podsOf(snapshot, 'otlp-app'));
          snapshot.objects.endpointslices = [];
          snapshot.coverage.notChecked.push({ check: 'endpointslices', why: 'forbidden' });
          return snapshot;
        },
      },
    ],
    nearMiss: [
      {
        why: 'one pod of two is left',
        roots: ['container-exit-error'],
        build: () => {
          const snapshot = healthyNamespace();
          return crashLoop(snapshot, podsOf(snapshot, 'otlp-app').slice(0, 1));
        },
      },
      {
        why: 'it publishes unready addresses too',
        build: () => {
          const snapshot = healthyNamespace();
          serviceOf(snapshot, 'otlp-app-service').spec.publishNotReadyAddresses = true;
          return crashLoop(snapshot, podsOf(snapshot, 'otlp-app'));
        },
      },
      {
        why: 'it is another team’s, of a workload that sleeps',
        roots: [],
        target: wholeNamespace(),
        build: () => {
          const snapshot = scaleToZero('otlp-app', healthyNamespace());
          return snapshot;
        },
      },
    ],
    notApplicable: [
      noServices,
      { why: 'neither EndpointSlices nor pods may be read', unread: ['endpointslices', 'pods'] },
    ],
  },
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
  'service-lb-pending': {
    positive: [
      { when: 'no controller answers for an hour', at, shows: 'empty', build: () => balanced(60) },
      {
        when: 'the cloud finds no subnet',
        at,
        shows: 'could not find any suitable subnets',
        build: () =>
          serviceSays(
            balanced(4),
            'SyncLoadBalancerFailed',
            'Error syncing load balancer: failed to ensure load balancer: could not find any suitable subnets for creating the ELB',
          ),
      },
      {
        when: 'the AWS controller may not describe its subnets',
        at,
        shows: 'UnauthorizedOperation',
        build: () =>
          serviceSays(
            balanced(4),
            'FailedBuildModel',
            'Failed build model due to unable to resolve at least one subnet: operation error EC2: DescribeSubnets, https response error StatusCode: 403, api error UnauthorizedOperation: You are not authorized to perform this operation',
          ),
      },
    ],
    nearMiss: [
      { why: 'it was made two minutes ago', roots: [], build: () => balanced(2) },
      {
        why: 'it has its address, and the complaint is made good',
        roots: [],
        build: () =>
          serviceSays(
            balanced(60, 'k8s-shop.elb.example.com'),
            'SyncLoadBalancerFailed',
            'Error syncing load balancer: timed out',
          ),
      },
      { why: 'a ClusterIP gets none', roots: [], build: healthyNamespace },
    ],
    notApplicable: [noServices],
  },
} satisfies Cases;
