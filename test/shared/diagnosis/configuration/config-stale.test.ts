import { describe, expect, it } from 'vitest';
import { codes, findingOf, judge, roots } from '#test/support/diagnosing.ts';
import { addLog, podsOf, setState, unready } from '#test/support/faults.ts';
import { ago, healthyNamespace } from '#test/support/namespace.ts';

const REFUSED = `${ago(1)} ERROR app::store: pq: password authentication failed for user "shop"`;

/** The Secret was written ten minutes ago; the application, unready since, started two days ago. */
function rotated({ log = REFUSED, changed = 10 }: { log?: string; changed?: number } = {}) {
  const snapshot = healthyNamespace();
  const [secret] = snapshot.secrets;
  if (secret) secret.changedAt = ago(changed);
  const pods = podsOf(snapshot, 'otlp-app');
  unready(snapshot, pods, 'Readiness probe failed: HTTP probe failed with statuscode: 500');
  for (const pod of pods) addLog(snapshot, pod, log);
  return snapshot;
}

describe('a Secret that was changed under running pods', () => {
  it('is why they are refused and not ready; a restart is the cure', () => {
    const snapshot = rotated();
    expect(roots(snapshot)).toEqual(['config-stale-in-pods']);
    expect(judge(snapshot)).toMatchObject({ verdict: 'failed', action: { class: 'restart' } });
    const { title, evidence, firstSeen } = findingOf(snapshot, 'config-stale-in-pods');
    expect(title).toContain('and its credentials are refused');
    expect(evidence.map(({ value }) => value).join()).toContain('password authentication failed');
    expect(Date.parse(firstSeen ?? '')).toBe(Date.parse(ago(10)));
  });

  it.each([
    'ERROR MongoServerError: Authentication failed.',
    'ERROR redis.exceptions.AuthenticationError: WRONGPASS invalid username-password pair or user is disabled.',
    "ERROR (1045, \"Access denied for user 'shop'@'10.0.1.4' (using password: YES)\")",
    'ERROR rpc error: code = Unauthenticated desc = invalid token',
  ])('is told by a refusal in the words of the other side: %s', (line) => {
    expect(roots(rotated({ log: line }))).toEqual(['config-stale-in-pods']);
  });

  it.each([
    ['other words', 'ERROR app::store: relation "orders" does not exist'],
    ['rights on a file', 'ERROR open /data/state: permission denied'],
    ['words at info', 'INFO login failed for customer 7'],
  ])('is advice beside %s', (_, log) => {
    const snapshot = rotated({ log });
    expect(roots(snapshot)).toEqual(['readiness-probe-failing']);
    expect(findingOf(snapshot, 'config-stale-in-pods').severity).toBe('P3');
  });

  it('is no matter of pods that started after it', () => {
    expect(codes(rotated({ changed: 10 * 24 * 60 }))).not.toContain('config-stale-in-pods');
    const restarted = rotated();
    setState(restarted, podsOf(restarted, 'otlp-app'), {
      ready: false,
      started: true,
      state: { running: { startedAt: ago(9) } },
    });
    expect(codes(restarted)).not.toContain('config-stale-in-pods');
  });

  it('stays advice while the pods are well, whatever they log', () => {
    const snapshot = healthyNamespace();
    const [secret] = snapshot.secrets;
    if (secret) secret.changedAt = ago(10);
    for (const pod of podsOf(snapshot, 'otlp-app')) addLog(snapshot, pod, `${REFUSED}\n`.repeat(5));
    expect(judge(snapshot)).toMatchObject({ verdict: 'healthy', rootCauses: [] });
  });
});
