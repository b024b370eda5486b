import { configMapOf, everWith, serviceOf } from '#test/support/faults.ts';
import { COLLECTOR_CONFIG, healthyNamespace } from '#test/support/namespace.ts';
import { type Cases, the } from '../case.ts';
import { configured } from './configured.ts';
import { says, withVariables } from './saying.ts';

const at = the('Deployment', 'otel-collector');
const unreadMaps = { why: 'ConfigMaps may not be read', unread: ['configmaps'] } as const;

const METRICS_UNKNOWN =
  'failed to upload metrics: rpc error: code = Unimplemented desc = unknown service opentelemetry.proto.collector.metrics.v1.MetricsService';

const RECEIVER = 'endpoint: 0.0.0.0:4317';

/** Receivers of a Collector that what sends to it does not reach. */
export const receivers = {
  'collector-bound-to-localhost': {
    positive: [
      {
        when: 'as it is by default',
        at,
        severity: 'P2',
        shows: 'not set',
        build: () => configured(`\n        ${RECEIVER}`, ''),
      },
      {
        when: 'it is written so',
        at,
        severity: 'P2',
        shows: 'localhost:4317',
        build: () => configured(RECEIVER, 'endpoint: localhost:4317'),
      },
      {
        when: 'and what sends to it says that it fails',
        at,
        severity: 'P2',
        build: () =>
          says(
            'traces export: rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 10.100.0.10:4317: connect: connection refused"',
            4,
            { snapshot: configured(RECEIVER, 'endpoint: 127.0.0.1:4317') },
          ),
      },
    ],
    nearMiss: [
      {
        why: 'the address of the pod',
        roots: [],
        build: () => configured(RECEIVER, 'endpoint: $' + '{env:MY_POD_IP}:4317'),
      },
      {
        why: 'before 0.104 the default was every address',
        roots: [],
        build: () =>
          everWith(configured(`\n        ${RECEIVER}`, ''), 'otel-collector', (container) => {
            container.image = 'otel/opentelemetry-collector-contrib:0.98.0';
          }),
      },
      {
        why: 'it serves its own pod: no Service leads to it',
        build: () => {
          const snapshot = configured(RECEIVER, 'endpoint: localhost:4317');
          for (const list of [snapshot.objects.services, snapshot.objects.endpointslices])
            list.splice(
              0,
              list.length,
              ...(list.filter(({ metadata }) => !metadata.name.startsWith('otel-collector')) as never[]),
            );
          return snapshot;
        },
      },
    ],
    notApplicable: [unreadMaps],
  },
  'collector-port-not-exposed': {
    positive: [
      {
        when: 'the Service does not have the port',
        at,
        severity: 'P2',
        shows: '4318 -> 4318',
        build: () => {
          const snapshot = healthyNamespace();
          const { spec } = serviceOf(snapshot, 'otel-collector');
          spec.ports = spec.ports?.filter(({ port }) => port !== 4317) ?? [];
          return snapshot;
        },
      },
      {
        when: 'the receiver was moved to another port',
        at,
        severity: 'P2',
        shows: '0.0.0.0:14317',
        build: () => configured(RECEIVER, 'endpoint: 0.0.0.0:14317'),
      },
    ],
    nearMiss: [
      {
        why: 'the Service leads to a port that the pods do not have',
        roots: ['service-target-port-mismatch'],
        build: () => {
          const snapshot = healthyNamespace();
          for (const port of serviceOf(snapshot, 'otel-collector').spec.ports ?? [])
            if (port.port === 4317) port.targetPort = 55680;
          return snapshot;
        },
      },
      {
        why: 'another number of the Service leads to the receiver',
        roots: [],
        build: () => {
          const snapshot = withVariables({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://otel-collector:80' });
          const { spec } = serviceOf(snapshot, 'otel-collector');
          spec.ports?.push({ name: 'grpc', port: 80, targetPort: 4317, protocol: 'TCP' });
          return snapshot;
        },
      },
    ],
    notApplicable: [{ why: 'Services may not be read', unread: ['services'] }],
  },
  'collector-signal-pipeline-missing': {
    positive: [
      {
        when: 'metrics are sent, and no pipeline takes them',
        at,
        severity: 'P2',
        shows: 'otlp takes traces',
        build: () => withVariables({ OTEL_METRICS_EXPORTER: 'otlp' }),
      },
      {
        when: 'the application is told so',
        at,
        severity: 'P2',
        shows: 'MetricsService',
        build: () => says(METRICS_UNKNOWN),
      },
    ],
    nearMiss: [
      { why: 'metrics go elsewhere', roots: [], build: () => withVariables({ OTEL_METRICS_EXPORTER: 'prometheus' }) },
      {
        why: 'there is one',
        roots: [],
        build: () => {
          const snapshot = withVariables({ OTEL_METRICS_EXPORTER: 'otlp' });
          const map = configMapOf(snapshot, 'otel-collector-config');
          map.data = {
            'collector.yaml': `${COLLECTOR_CONFIG}    metrics:\n      receivers: [otlp]\n      exporters: [debug]\n`,
          };
          return snapshot;
        },
      },
    ],
    notApplicable: [{ ...unreadMaps, build: () => withVariables({ OTEL_METRICS_EXPORTER: 'otlp' }) }],
  },
} satisfies Cases;
