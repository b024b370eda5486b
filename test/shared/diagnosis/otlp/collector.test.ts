import { describe, expect, it } from 'vitest';
import { codes, findingOf, judge, roots } from '#test/support/diagnosing.ts';
import { addLog, configMapOf, containerOf, crashLoop, deploymentOf, everWith, podsOf } from '#test/support/faults.ts';
import { COLLECTOR_CONFIG, healthyNamespace, sandboxTarget, wholeNamespace } from '#test/support/namespace.ts';

const configured = (text: string) => {
  const snapshot = healthyNamespace();
  configMapOf(snapshot, 'otel-collector-config').data = { 'collector.yaml': text };
  return snapshot;
};
const changed = (from: string, to: string) => {
  expect(COLLECTOR_CONFIG).toContain(from);
  return configured(COLLECTOR_CONFIG.replace(from, to));
};

describe('a Collector configuration that it refuses, in the words of Collector 0.161', () => {
  it.each([
    [
      'exporters: [debug]',
      'exporters: [otlp/backend]',
      'service::pipelines::traces: references exporter "otlp/backend" which is not configured',
    ],
    [
      'receivers: [otlp]',
      'receivers: [jaeger]',
      'service::pipelines::traces: references receiver "jaeger" which is not configured',
    ],
    [
      'processors: [memory_limiter, batch]',
      'processors: [filter]',
      'service::pipelines::traces: references processor "filter" which is not configured',
    ],
    [
      'extensions: [health_check]',
      'extensions: [zpages]',
      'service::extensions: references extension "zpages" which is not configured',
    ],
    ['receivers: [otlp]', 'receivers: []', 'service::pipelines::traces: must have at least one receiver'],
    ['exporters: [debug]', 'exporters:', 'service::pipelines::traces: must have at least one exporter'],
    ['exporters:\n  debug: {}', 'exporters:', 'no exporter configuration specified in config'],
    ['    traces:', '    trace:', `'service.pipelines' in "trace" id: unknown pipeline signal: "trace"`],
    ['processors:\n  memory', 'processor:\n  memory', "'otelcol.configSettings' has invalid keys: processor"],
    [
      'spike_limit_mib: 100',
      'spike_limit_mib: 400',
      "processors::memory_limiter: 'spike_limit_mib' must be smaller than 'limit_mib'",
    ],
    [
      'check_interval: 1s',
      'check_interval: 0',
      "processors::memory_limiter: 'check_interval' must be greater than zero",
    ],
    [COLLECTOR_CONFIG.slice(COLLECTOR_CONFIG.indexOf('service:')), '', 'service must have at least one pipeline'],
    [COLLECTOR_CONFIG, '', 'empty configuration file'],
    [
      COLLECTOR_CONFIG.slice(COLLECTOR_CONFIG.indexOf('    protocols'), COLLECTOR_CONFIG.indexOf('processors:')),
      '',
      'receivers::otlp: must specify at least one protocol when using the OTLP receiver',
    ],
  ])('%j -> %j', (from, to, words) => {
    const snapshot = changed(from, to);
    const found = findingOf(snapshot, 'collector-config-invalid');
    expect(found.evidence.map(({ value }) => value)).toContain(words);
    expect(found).toMatchObject({
      subject: { kind: 'Deployment', name: 'otel-collector' },
      evidence: [{ source: 'ConfigMap/otlp-system/otel-collector-config' }],
    });
    expect(roots(snapshot)).toEqual(['collector-config-invalid']);
  });

  it('is fine with connectors, which are an exporter here and a receiver there', () => {
    const snapshot = changed(
      'exporters: [debug]\n',
      'exporters: [spanmetrics]\n    metrics:\n      receivers: [spanmetrics]\n      exporters: [debug]\n',
    );
    expect(codes(snapshot)).toEqual(['collector-config-invalid']);
    const map = configMapOf(snapshot, 'otel-collector-config');
    map.data = { 'collector.yaml': `connectors:\n  spanmetrics: {}\n${map.data?.['collector.yaml']}` };
    expect(codes(snapshot)).toEqual([]);
  });

  it('is fine with settings that come from the environment, and with empty ones', () => {
    expect(codes(changed('limit_mib: 400', 'limit_mib: $' + '{env:LIMIT_MIB}'))).toEqual([]);
    expect(codes(changed('debug: {}', 'debug:'))).toEqual([]);
  });

  it('is not looked for in other files of the ConfigMap', () => {
    const snapshot = healthyNamespace();
    const map = configMapOf(snapshot, 'otel-collector-config');
    map.data = { ...map.data, 'old.yaml': 'service: {}' };
    expect(codes(snapshot)).toEqual([]);
  });

  it('is found at the default path of the image, and through items and subPath', () => {
    for (const mount of [
      { mountPath: '/etc/otelcol-contrib', file: 'config.yaml' },
      { mountPath: '/etc/otelcol-contrib/config.yaml', subPath: 'config.yaml', file: 'config.yaml' },
    ]) {
      const snapshot = everWith(configured('service: {}'), 'otel-collector', (container, spec) => {
        const { file, ...volumeMount } = mount;
        container.args = [];
        container.volumeMounts = [{ name: 'config', ...volumeMount }];
        spec.volumes = [
          {
            name: 'config',
            configMap: { name: 'otel-collector-config', items: [{ key: 'collector.yaml', path: file }] },
          },
        ];
      });
      expect(roots(snapshot)).toEqual(['collector-config-invalid']);
    }
  });

  it('is told by the last words of the Collector where the file shows nothing', () => {
    const snapshot = healthyNamespace();
    crashLoop(snapshot, podsOf(snapshot, 'otel-collector'), {
      exitCode: 1,
      log: [
        'Error: failed to get config: cannot unmarshal the configuration: decoding failed due to the following error(s):',
        '',
        `'exporters' unknown type: "logging" for id: "logging" (valid values: [debug otlp_grpc otlp_http])`,
        '2026/11/20 09:58:00 collector server run finished with error: failed to get config',
      ].join('\n'),
    });
    expect(roots(snapshot)).toEqual(['collector-config-invalid']);
    expect(findingOf(snapshot, 'collector-config-invalid').cause).toContain('unknown type: "logging"');
  });

  it('is no matter of old words in the log of a Collector that runs', () => {
    const snapshot = healthyNamespace();
    const [pod] = podsOf(snapshot, 'otel-collector');
    if (pod) addLog(snapshot, pod, 'Error: invalid configuration: empty configuration file', true);
    expect(codes(snapshot)).toEqual([]);
  });
});

describe('a Collector that listens on localhost', () => {
  it.each([
    ['        endpoint: 0.0.0.0:4317\n', ''],
    ['endpoint: 0.0.0.0:4317', 'endpoint: localhost:4317'],
    ['endpoint: 0.0.0.0:4318', 'endpoint: 127.0.0.1:4318'],
  ])('%j -> %j', (from, to) => {
    const snapshot = changed(from, to);
    expect(roots(snapshot)).toEqual(['collector-bound-to-localhost']);
    expect(judge(snapshot)).toMatchObject({ verdict: 'degraded', layer: 'otlp' });
  });

  it.each([
    ['endpoint: 0.0.0.0:4317', 'endpoint: $' + '{env:MY_POD_IP}:4317'],
    ['endpoint: 0.0.0.0:4317', 'endpoint: "[::]:4317"'],
    ['receivers: [otlp]', 'receivers: [otlp/2]'],
  ])('is not one with %j -> %j', (from, to) => {
    expect(codes(changed(from, to))).not.toContain('collector-bound-to-localhost');
  });

  it('did not do so by default before version 0.104', () => {
    const snapshot = changed('        endpoint: 0.0.0.0:4317\n', '');
    everWith(snapshot, 'otel-collector', (container) => {
      container.image = 'otel/opentelemetry-collector-contrib:0.103.1';
    });
    expect(codes(snapshot)).toEqual([]);
  });

  it('is right to do so where no Service leads to it', () => {
    const snapshot = changed('endpoint: 0.0.0.0:4317', 'endpoint: localhost:4317');
    snapshot.objects.services = snapshot.objects.services.filter(({ metadata }) => metadata.name !== 'otel-collector');
    expect(codes(snapshot)).not.toContain('collector-bound-to-localhost');
  });
});

describe('a Collector that is down', () => {
  it('is known by its image where the target does not name it', () => {
    const snapshot = healthyNamespace();
    crashLoop(snapshot, podsOf(snapshot, 'otel-collector'));
    const named = sandboxTarget({ collector: { workload: 'deployment/other', service: 'otel-collector' } });
    for (const target of [wholeNamespace(), named]) expect(codes(snapshot, target)).toContain('collector-down');
    expect(containerOf(snapshot, 'otel-collector').image).toContain('opentelemetry-collector');
  });

  it('has a restart as the action where nothing says why', () => {
    const snapshot = healthyNamespace();
    snapshot.objects.pods = snapshot.objects.pods.filter(({ metadata }) => metadata.labels?.app !== 'otel-collector');
    deploymentOf(snapshot, 'otel-collector').status = { replicas: 0, availableReplicas: 0 };
    expect(roots(snapshot)).toEqual(['collector-down']);
    expect(judge(snapshot)).toMatchObject({ verdict: 'degraded', action: { class: 'restart' } });
  });

  it('is not down while one replica is left', () => {
    const snapshot = healthyNamespace();
    crashLoop(snapshot, podsOf(snapshot, 'otel-collector').slice(0, 1));
    expect(codes(snapshot)).not.toContain('collector-down');
  });
});
