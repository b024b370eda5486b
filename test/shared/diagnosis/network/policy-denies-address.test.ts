import { describe, expect, it } from 'vitest';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import { codes, findingOf, roots } from '#test/support/diagnosing.ts';
import { addLog, podsOf } from '#test/support/faults.ts';
import { ago, healthyNamespace } from '#test/support/namespace.ts';
import { addPolicy, DNS_RULE } from '#test/support/policies.ts';

/** The policy lets the application out to its Collector, to DNS and to one range of addresses. */
function limited(line: string, cidr = '52.94.0.0/16'): Snapshot {
  const snapshot = addPolicy(healthyNamespace(), 'egress', {
    podSelector: { matchLabels: { app: 'otlp-app' } },
    policyTypes: ['Egress'],
    egress: [
      DNS_RULE,
      { to: [{ podSelector: { matchLabels: { app: 'otel-collector' } } }] },
      { to: [{ ipBlock: { cidr } }], ports: [{ protocol: 'TCP', port: 443 }] },
    ],
  });
  for (const pod of podsOf(snapshot, 'otlp-app'))
    addLog(snapshot, pod, [3, 2, 1].map((minutes) => `${ago(minutes)} ERROR ${line}`).join('\n'));
  return snapshot;
}

describe('an address outside at which connections time out', () => {
  it('is behind a policy of the workload itself', () => {
    const snapshot = limited('payment: dial tcp 13.43.48.77:443: i/o timeout');
    expect(roots(snapshot)).toEqual(['netpol-egress-denies-backend']);
    const { title, remedy } = findingOf(snapshot, 'netpol-egress-denies-backend');
    expect(title).toContain('13.43.48.77:443');
    expect(remedy.commands[0]).toContain('"cidr":"13.43.48.77/32"');
  });

  it('is why credentials cannot be fetched', () => {
    const line =
      'failed to refresh cached credentials, operation error STS: AssumeRoleWithWebIdentity, request send failed, Post "https://sts.eu-west-2.amazonaws.com/": dial tcp 13.43.48.77:443: i/o timeout';
    expect(roots(limited(line))).toEqual(['netpol-egress-denies-backend']);
  });

  it.each([
    ['is in a range that the policy lists', limited('dial tcp 52.94.7.7:443: i/o timeout')],
    ['answers by a refusal', limited('dial tcp 13.43.48.77:443: connect: connection refused')],
    ['is written without a port', limited('13.43.48.77 timed out')],
    ['is allowed by a range of everything', limited('dial tcp 13.43.48.77:443: i/o timeout', '0.0.0.0/0')],
  ])('is no matter of policies where it %s', (_, snapshot) => {
    expect(codes(snapshot)).not.toContain('netpol-egress-denies-backend');
  });
});
