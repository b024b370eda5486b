import { faults } from './fault.ts';

/** Faults of the telemetry pipeline: application, Collector, and the way between them. */
export const otlp = faults('otlp', {
  'collector-down': [
    'P1',
    'RB',
    'The Collector is down',
    'No replica of the Collector is available.',
    'Look at the pods of the Collector.',
  ],
  'collector-config-invalid': [
    'P1',
    'B',
    'The configuration of the Collector is invalid',
    'The Collector refuses to start with this configuration. It is in a ConfigMap, so a rollback of the workload does not bring the old one back.',
    'Correct the ConfigMap, then restart the Collector.',
  ],
  'collector-bound-to-localhost': [
    'P2',
    'EB',
    'The Collector listens on localhost only',
    'Without an endpoint the OTLP receiver binds to localhost, which no other pod reaches.',
    'Set the endpoint of the receiver to 0.0.0.0:4317 (4318 for HTTP) or to the IP of the pod.',
  ],
  'otlp-endpoint-unknown-host': [
    'P2',
    'BE',
    'The OTLP endpoint names a Service that does not exist',
    'The host of the endpoint is a name inside the cluster, and there is no such Service.',
    'Correct the endpoint, or create the Service.',
  ],
  'otlp-protocol-port-mismatch': [
    'P2',
    'BE',
    'The OTLP protocol does not fit the port',
    'gRPC goes to port 4317 and HTTP to port 4318; the other one is not understood there.',
    'Make OTEL_EXPORTER_OTLP_PROTOCOL and the port of the endpoint agree.',
  ],
  'otlp-export-failing': [
    'P2',
    '',
    'The application cannot export its telemetry',
    'The Collector does not answer, or too slowly.',
    'Check the endpoint, its Service and the Collector.',
  ],
});
