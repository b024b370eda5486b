import { describe, expect, it } from 'vitest';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import { codes, findingOf, judge, roots } from '#test/support/diagnosing.ts';
import { addLog, configMapOf, crashLoop, everWith, podsOf, rollOut } from '#test/support/faults.ts';
import { healthyNamespace, wholeNamespace } from '#test/support/namespace.ts';

/** As release 0.112 prints it: once for people, once by the logger of the process. */
const REFUSED = [
  'Error: failed to get config: cannot unmarshal the configuration: decoding failed due to the following error(s):',
  '',
  `'exporters' error reading configuration for "loki": decoding failed due to the following error(s):`,
  '',
  "'' has invalid keys: labels",
  '2026/11/20 09:57:51 collector server run finished with error: failed to get config: cannot unmarshal the configuration: decoding failed due to the following error(s):',
  '',
  `'exporters' error reading configuration for "loki": decoding failed due to the following error(s):`,
  '',
  "'' has invalid keys: labels",
].join('\n');

const vendorsImage = (snapshot: Snapshot) =>
  everWith(snapshot, 'otel-collector', (container) => {
    container.image = 'registry.example.com/telemetry/gateway:4.2';
  });

describe('a Collector of any distribution', () => {
  it('is told by its last words, wherever its configuration is', () => {
    const snapshot = healthyNamespace();
    everWith(snapshot, 'otlp-app', (container) => {
      container.image = 'registry.example.com/telemetry/gateway:4.2';
    });
    crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { exitCode: 1, log: REFUSED });
    expect(roots(snapshot)).toEqual(['collector-config-invalid']);
    const { cause, evidence } = findingOf(snapshot, 'collector-config-invalid');
    expect(cause).toContain('error reading configuration for "loki"');
    expect(cause).toContain("'' has invalid keys: labels");
    expect(evidence.map(({ value }) => value).join()).not.toContain('finished with error');
  });

  it('is known by the file that it is started with', () => {
    const snapshot = vendorsImage(healthyNamespace());
    const config = configMapOf(snapshot, 'otel-collector-config');
    config.data = { 'collector.yaml': (config.data?.['collector.yaml'] ?? '').replace('[debug]', '[nope]') };
    crashLoop(snapshot, podsOf(snapshot, 'otel-collector'));
    expect(codes(snapshot, wholeNamespace())).toContain('collector-down');
    expect(roots(snapshot, wholeNamespace())).toEqual(['collector-config-invalid']);
  });

  it('has nothing wrong with it while it runs, whatever its image', () => {
    expect(codes(vendorsImage(healthyNamespace()), wholeNamespace())).toEqual(
      codes(healthyNamespace(), wholeNamespace()),
    );
  });
});

describe('an application that is no Collector', () => {
  it.each([
    'Error: invalid configuration: listen address is missing',
    'Error: failed to get config: open /etc/app/config.yaml: no such file or directory',
  ])('has no Collector configuration: %s', (log) => {
    const snapshot = healthyNamespace();
    crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { exitCode: 1, log });
    expect(codes(snapshot)).not.toContain('collector-config-invalid');
    expect(roots(snapshot)).toEqual(['container-exit-error']);
  });

  it('may have said it before, and run now', () => {
    const snapshot = healthyNamespace();
    for (const pod of podsOf(snapshot, 'otlp-app')) addLog(snapshot, pod, REFUSED);
    expect(codes(snapshot)).not.toContain('collector-config-invalid');
  });
});

describe('a new image that refuses the configuration of the old one', () => {
  it('is to be rolled back: the fault began with the revision', () => {
    const snapshot = healthyNamespace();
    const made = rollOut(snapshot, 'otel-collector', (container) => {
      container.image = 'otel/opentelemetry-collector-contrib:0.112.0';
    });
    crashLoop(snapshot, [made], { exitCode: 1, log: REFUSED });
    const { rootCauses, action } = judge(snapshot);
    expect(rootCauses.map(({ code }) => code)).toEqual(['collector-config-invalid']);
    expect(rootCauses[0]?.cause).toMatch(/Revision \d+ does not take what stands unchanged in configmap/);
    expect(action).toMatchObject({ class: 'rollback', toRevision: 1 });
  });

  it('is not, where the file was changed after the revision', () => {
    const snapshot = healthyNamespace();
    const made = rollOut(snapshot, 'otel-collector', (container) => {
      container.image = 'otel/opentelemetry-collector-contrib:0.112.0';
    });
    configMapOf(snapshot, 'otel-collector-config').metadata.managedFields = [
      { manager: 'kubectl', operation: 'Update', time: snapshot.at },
    ];
    crashLoop(snapshot, [made], { exitCode: 1, log: REFUSED });
    const { rootCauses, action } = judge(snapshot);
    expect(rootCauses.map(({ code }) => code)).toEqual(['collector-config-invalid']);
    expect(rootCauses[0]?.cause).toContain('a rollback of the workload does not change');
    expect(action.class).not.toBe('rollback');
  });
});

it('a directory of the persistent queue that is not there is one fault, not two', () => {
  const snapshot = healthyNamespace();
  const words = 'extensions::file_storage: directory must exist: stat /var/lib/otelcol: no such file or directory';
  crashLoop(snapshot, podsOf(snapshot, 'otel-collector'), { log: `Error: invalid configuration: ${words}` });
  expect(codes(snapshot)).toContain('collector-config-invalid');
  expect(roots(snapshot)).toEqual(['collector-persistent-queue-unwritable']);
});
