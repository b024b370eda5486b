import { describe, expect, it } from 'vitest';
import type { ConfigFact } from '#shared/domain/snapshot.ts';
import { codes, findingOf, judge, roots } from '#test/support/diagnosing.ts';
import { configMapOf, crashLoop, podsOf } from '#test/support/faults.ts';
import { ago, healthyNamespace, NAMESPACE } from '#test/support/namespace.ts';

const broken = (format: ConfigFact['format'], changedMinutesAgo: number) => {
  const snapshot = healthyNamespace();
  snapshot.configFacts = [
    {
      format,
      namespace: NAMESPACE,
      configMap: 'otlp-app-config',
      key: `config.${format}`,
      error: 'a missing quote, bracket, colon or comma',
      line: 3,
      column: 7,
    },
  ];
  configMapOf(snapshot, 'otlp-app-config').metadata.managedFields = [
    { manager: 'kubectl-edit', time: ago(changedMinutesAgo) },
  ];
  return snapshot;
};

describe('a configuration file that does not parse', () => {
  it.each(['yaml', 'toml', 'json'] as const)('is the root of crashing containers: %s', (format) => {
    const snapshot = broken(format, 15);
    crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { exitCode: 1, log: 'Error: cannot parse /etc/otlp-app/config' });
    const found = judge(snapshot);
    expect(found).toMatchObject({ verdict: 'failed', layer: 'configuration', action: { class: 'escalate' } });
    expect(found.rootCauses).toMatchObject([{ code: `config-${format}-invalid`, severity: 'P0' }]);
    expect(found.rootCauses[0]).toMatchObject({
      cause: 'Line 3, column 7: a missing quote, bracket, colon or comma',
      evidence: [
        { source: `ConfigMap/${NAMESPACE}/otlp-app-config`, path: `data["config.${format}"] line 3, column 7` },
      ],
    });
    expect(findingOf(snapshot, 'container-exit-error').explainedBy).toBe(found.rootCauses[0]?.fingerprint);
  });

  it('is not taken back by a rollback: the revision is older than the change', () => {
    const snapshot = broken('yaml', 15);
    crashLoop(snapshot, podsOf(snapshot, 'otlp-app'));
    expect(judge(snapshot).action.reason).toMatch(
      /a restart cannot cure config-yaml-invalid and a rollback is not advised/,
    );
  });

  it('is a danger where the pods that run have not had to read it yet', () => {
    expect(judge(broken('yaml', 15))).toMatchObject({ verdict: 'degraded', rootCauses: [{ severity: 'P2' }] });
  });

  it('is only a word where the pods have started with it and are well', () => {
    const snapshot = broken('yaml', 60 * 24 * 9);
    expect(findingOf(snapshot, 'config-yaml-invalid').severity).toBe('P3');
    expect(roots(snapshot)).toEqual([]);
  });

  it('is nothing where it parses', () => {
    expect(codes(healthyNamespace())).toEqual([]);
  });
});

describe('a configuration file that the container itself cannot read', () => {
  const refusing = (log: string, data: Record<string, string> = { 'config.toml': 'env = { LEVEL = "info", }' }) => {
    const snapshot = healthyNamespace();
    configMapOf(snapshot, 'otlp-app-config').data = data;
    return crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { exitCode: 1, log });
  };

  it.each([
    ['toml', 'Error: failed to read /etc/app/config.toml: TOML parse error at line 5, column 27'],
    ['yaml', 'Error: cannot load /etc/app/config.yaml: yaml: line 3: did not find expected key'],
    ['json', "Error: /etc/app/config.json: invalid character '}' looking for beginning of object key string"],
  ])('is the root, though another reader takes it: %s', (format, log) => {
    const snapshot = refusing(log, { [`config.${format}`]: 'a = 1' });
    expect(judge(snapshot).rootCauses).toMatchObject([
      { code: `config-${format}-invalid`, subject: { kind: 'ConfigMap', name: 'otlp-app-config' } },
    ]);
    expect(findingOf(snapshot, 'container-exit-error').explainedBy).toBeDefined();
  });

  it.each([
    [
      'of another file',
      'Error: failed to read /data/state.toml: TOML parse error at line 5, column 27',
      'container-exit-error',
    ],
    ['of another kind', 'Error: /etc/app/config.toml: missing field `endpoint`', 'config-required-key-missing'],
  ])('is not it where the words are %s', (_, log, root) => {
    expect(roots(refusing(log))).toEqual([root]);
  });
});
