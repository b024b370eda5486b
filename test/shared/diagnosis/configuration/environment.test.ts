import { describe, expect, it } from 'vitest';
import { codes, roots } from '#test/support/diagnosing.ts';
import { addLog, everWith, podsOf } from '#test/support/faults.ts';
import { ago, healthyNamespace } from '#test/support/namespace.ts';

const saying = (endpoint: string, line: string) => {
  const snapshot = everWith(healthyNamespace(), 'otlp-app', (container) => {
    for (const one of container.env ?? []) if (one.name.endsWith('ENDPOINT')) one.value = endpoint;
  });
  for (const pod of podsOf(snapshot, 'otlp-app'))
    addLog(snapshot, pod, [2, 1.5, 1].map((minutes) => `${ago(minutes)} ${line}`).join('\n'));
  return snapshot;
};
const NO_ADDRESS = 'traces export: failed to exit idle mode: dns resolver: missing address';

describe('an endpoint without a scheme', () => {
  it.each([NO_ADDRESS, 'traces export: parse "otel-collector:4317": first path segment in URL cannot contain colon'])(
    'is no URL for an SDK that says so: %s',
    (line) => {
      expect(roots(saying('otel-collector:4317', line))).toEqual(['config-env-invalid']);
    },
  );

  it('is taken by others', () => {
    expect(codes(saying('otel-collector:4317', 'INFO exported'))).toEqual([]);
    expect(codes(saying('http://otel-collector:4317', NO_ADDRESS))).not.toContain('config-env-invalid');
  });
});
