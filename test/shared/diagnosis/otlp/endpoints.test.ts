import { describe, expect, it } from 'vitest';
import { codes, findingOf, roots } from '#test/support/diagnosing.ts';
import { addLog, configMapOf, containerOf, everWith, podsOf, serviceOf } from '#test/support/faults.ts';
import { ago, healthyNamespace } from '#test/support/namespace.ts';

const sendingTo = (endpoint: string, protocol = 'grpc') =>
  everWith(healthyNamespace(), 'otlp-app', (container) => {
    container.env = [
      { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: endpoint },
      { name: 'OTEL_EXPORTER_OTLP_PROTOCOL', value: protocol },
    ];
  });

describe('an OTLP endpoint that names a Service which is not there', () => {
  it.each([
    'http://otel-colector:4317',
    'http://otel.otlp-system.svc:4317',
    'http://otel.otlp-system.svc.cluster.local:4317',
    'otel:4317',
  ])('%s', (endpoint) => {
    expect(roots(sendingTo(endpoint))).toContain('otlp-endpoint-unknown-host');
  });

  it.each([
    'http://otel-collector.otlp-system:4317',
    'http://otel-collector.otlp-system.svc.cluster.local:4317',
    'http://localhost:4317',
    'http://10.1.2.3:4317',
    'https://otlp.vendor.example.com:4317',
    // A namespace that was not looked at may hold it.
    'http://collector.monitoring.svc:4317',
  ])('is none for %s', (endpoint) => {
    expect(codes(sendingTo(endpoint))).toEqual([]);
  });

  it('is found in a ConfigMap, as a variable and in a configuration file', () => {
    const variable = healthyNamespace();
    configMapOf(variable, 'otlp-app-config').data = {
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://otel:4318/v1/traces',
    };
    everWith(variable, 'otlp-app', (container) => {
      container.envFrom = [{ configMapRef: { name: 'otlp-app-config' } }];
    });
    const file = healthyNamespace();
    configMapOf(file, 'otlp-app-config').data = { 'config.yaml': 'otlp:\n  endpoint: "http://otel:4317"\n' };
    for (const snapshot of [variable, file]) {
      expect(findingOf(snapshot, 'otlp-endpoint-unknown-host').evidence[0]?.source).toBe(
        'ConfigMap/otlp-system/otlp-app-config',
      );
    }
  });
});

describe('a protocol that does not fit the port', () => {
  it.each([
    ['http://otel-collector:4318', 'grpc'],
    ['http://otel-collector:4317', 'http/protobuf'],
    ['https://otlp.vendor.example.com:4317', 'http/json'],
  ])('%s with %s', (endpoint, protocol) => {
    expect(roots(sendingTo(endpoint, protocol))).toEqual(['otlp-protocol-port-mismatch']);
  });

  it.each([
    ['http://otel-collector:4317', 'grpc'],
    ['http://otel-collector:4318', 'http/protobuf'],
    ['https://otlp.vendor.example.com', 'http/protobuf'],
  ])('is none for %s with %s', (endpoint, protocol) => {
    expect(codes(sendingTo(endpoint, protocol))).toEqual([]);
  });

  it('is judged by where the Service sends the port', () => {
    const snapshot = sendingTo('http://otel-collector:4318', 'grpc');
    serviceOf(snapshot, 'otel-collector').spec.ports = [{ port: 4318, targetPort: 'otlp-grpc' }];
    expect(codes(snapshot)).toEqual([]);
  });

  it('is judged by the protocol of the signal before that of all', () => {
    const snapshot = sendingTo('http://otel-collector:4317', 'grpc');
    everWith(snapshot, 'otlp-app', (container) => {
      if (container.env?.some(({ name }) => name.includes('TRACES'))) return;
      container.env?.push(
        { name: 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', value: 'http://otel-collector:4318/v1/traces' },
        { name: 'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', value: 'http/protobuf' },
      );
    });
    expect(codes(snapshot)).toEqual([]);
  });

  it('is not guessed where no protocol is written', () => {
    const snapshot = sendingTo('http://otel-collector:4318');
    everWith(snapshot, 'otlp-app', (container) => {
      container.env = container.env?.slice(0, 1) ?? [];
    });
    expect(codes(snapshot)).toEqual([]);
    expect(containerOf(snapshot, 'otlp-app').env).toHaveLength(1);
  });
});

describe('exports that fail', () => {
  const logging = (...lines: string[]) => {
    const snapshot = healthyNamespace();
    const [pod] = podsOf(snapshot, 'otlp-app');
    return pod ? addLog(snapshot, pod, lines.join('\n')) : snapshot;
  };

  it.each([
    'ERROR opentelemetry_sdk: name="BatchSpanProcessor.ExportError" error="transport error"',
    'WARN name="Export.Failed.Exhausted" attempts=3',
    'traces export: context deadline exceeded: rpc error: code = Unavailable desc = connection error',
    'Failed to export spans. The request could not be executed. Full error message: Failed to connect',
    '{"stack":"OTLPExporterError: Bad Gateway","name":"OTLPExporterError"}',
  ])('in the words of an SDK: %s', (line) => {
    const snapshot = logging(`${ago(4)} ${line}`, `${ago(2)} ${line}`);
    expect(roots(snapshot)).toEqual(['otlp-export-failing']);
    expect(findingOf(snapshot, 'otlp-export-failing')).toMatchObject({
      confidence: 'likely',
      severity: 'P2',
      actions: [],
    });
  });

  it('count by their times, and without times by standing at the end of the log', () => {
    const line = 'BatchSpanProcessor.ExportError';
    expect(codes(logging(`${ago(40)} ${line}`, `${ago(39)} ${line}`, `${ago(1)} INFO fine`))).toEqual([]);
    expect(codes(logging(line, line, 'INFO fine'))).toEqual(['otlp-export-failing']);
    expect(codes(logging(line, line, ...Array.from({ length: 60 }, () => 'INFO fine')))).toEqual([]);
  });
});
