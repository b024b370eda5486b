import { describe, expect, it } from 'vitest';
import { codes, findingOf, judge, roots } from '#test/support/diagnosing.ts';
import { deploymentOf, event, podsOf, rollOut, setCondition } from '#test/support/faults.ts';
import { healthyNamespace, NAMESPACE, settle } from '#test/support/namespace.ts';

/** One of two pods was lost and cannot be made again. */
function refused(message: string, byCondition = true) {
  const snapshot = healthyNamespace();
  const [lost] = podsOf(snapshot, 'otlp-app');
  snapshot.objects.pods = snapshot.objects.pods.filter((pod) => pod !== lost);
  settle(snapshot);
  const [, set] = snapshot.objects.replicasets;
  if (set) event(snapshot, { ...set, kind: 'ReplicaSet' }, 'FailedCreate', `Error creating: ${message}`, { last: 12 });
  if (byCondition) {
    const { status } = deploymentOf(snapshot, 'otlp-app');
    setCondition(status?.conditions, { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message }, 12);
  }
  return snapshot;
}

const QUOTA =
  'pods "otlp-app-7d4f9c2-x2v9k" is forbidden: exceeded quota: team, requested: limits.memory=256Mi, used: limits.memory=1Gi, limited: limits.memory=1Gi';

const REFUSALS = [
  ['quota-exceeded', QUOTA],
  ['quota-exceeded', 'pods "x" is forbidden: failed quota: team: must specify limits.cpu for: app'],
  ['limitrange-violation', 'pods "x" is forbidden: maximum memory usage per Container is 128Mi, but limit is 256Mi'],
  ['limitrange-violation', 'pods "x" is forbidden: minimum cpu usage per Container is 200m, but request is 100m'],
  [
    'webhook-denied',
    'admission webhook "validate.kyverno.svc-fail" denied the request: policy require-labels: team is required',
  ],
  [
    'webhook-unavailable',
    'Internal error occurred: failed calling webhook "mutate.example.com": failed to call webhook: Post "https://hook.sys.svc:443/mutate?timeout=10s": no endpoints available for service "hook"',
  ],
  [
    'pod-security-violation',
    'pods "x" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false',
  ],
  [
    'serviceaccount-missing',
    `pods "x" is forbidden: error looking up service account ${NAMESPACE}/shop: serviceaccount "shop" not found`,
  ],
  [
    'resources-request-exceeds-limit',
    'Pod "x" is invalid: spec.containers[0].resources.requests: Invalid value: "1Gi": must be less than or equal to memory limit of 256Mi',
  ],
] as const;

describe('pods that the API server refuses', () => {
  it.each(REFUSALS)('%s: %s', (code, message) => {
    const snapshot = refused(message);
    expect(roots(snapshot)).toEqual([code]);
    expect(findingOf(snapshot, 'deployment-replica-failure').explainedBy).toBe(findingOf(snapshot, code).fingerprint);
    expect(judge(snapshot)).toMatchObject({
      verdict: 'degraded',
      layer: 'configuration',
      action: { class: 'escalate' },
    });
  });

  it('are told by the event where the condition is gone', () => {
    expect(roots(refused(QUOTA, false))).toEqual(['quota-exceeded']);
  });

  it('show the numbers of the quota', () => {
    const snapshot = refused(QUOTA);
    const status = { hard: { 'limits.memory': '1Gi', pods: '50' }, used: { 'limits.memory': '1Gi', pods: '4' } };
    snapshot.objects.resourcequotas.push({
      kind: 'ResourceQuota',
      metadata: { name: 'team', namespace: NAMESPACE },
      status,
    });
    const { evidence } = findingOf(snapshot, 'quota-exceeded');
    expect(evidence).toContainEqual({
      source: `ResourceQuota/${NAMESPACE}/team`,
      path: 'status.used["limits.memory"]',
      value: '1Gi of 1Gi',
    });
    expect(evidence.map(({ path }) => path)).not.toContain('status.used["pods"]');
    // Two replicas of 512Mi beside those of the app: whoever takes most stands first, whether in scope or not.
    expect(evidence.find(({ path }) => path === 'limits.memory of its pods')).toMatchObject({
      source: `Deployment/${NAMESPACE}/otel-collector`,
      value: expect.stringMatching(/^\d+ % of what is in use, by 2 pods$/),
    });
  });

  it('remain a replica failure where the words are not known', () => {
    expect(roots(refused('pods "x" is forbidden: something new'))).toEqual(['deployment-replica-failure']);
  });

  it('are history once every pod is there', () => {
    const snapshot = healthyNamespace();
    const [, set] = snapshot.objects.replicasets;
    if (set) event(snapshot, { ...set, kind: 'ReplicaSet' }, 'FailedCreate', `Error creating: ${QUOTA}`, { last: 8 });
    expect(codes(snapshot)).toEqual([]);
  });

  it('of a rollout leave the old ones in service', () => {
    const snapshot = healthyNamespace();
    const made = rollOut(snapshot, 'otlp-app', () => undefined, 5);
    snapshot.objects.pods = snapshot.objects.pods.filter((pod) => pod !== made);
    settle(snapshot);
    const set = snapshot.objects.replicasets.at(-1);
    if (set) event(snapshot, { ...set, kind: 'ReplicaSet' }, 'FailedCreate', `Error creating: ${QUOTA}`, { last: 3 });
    expect(judge(snapshot)).toMatchObject({
      verdict: 'degraded',
      rootCauses: [{ code: 'quota-exceeded', severity: 'P2' }],
    });
  });
});
