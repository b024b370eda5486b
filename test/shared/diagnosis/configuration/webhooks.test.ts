import { describe, expect, it } from 'vitest';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import type { WebhookConfiguration } from '#shared/domain/surroundings.ts';
import { codes, findingOf, judge, roots } from '#test/support/diagnosing.ts';
import { crashLoop, deploymentOf, podsOf, setCondition, unready } from '#test/support/faults.ts';
import { healthyNamespace, settle, wholeNamespace } from '#test/support/namespace.ts';

type Webhook = NonNullable<WebhookConfiguration['webhooks']>[number];

const SERVICE = { namespace: 'policy', name: 'policy-webhook' };
const ALL_PODS = [{ apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], operations: ['CREATE', 'UPDATE'] }];

/** A policy engine in a namespace of its own, as the snapshot of another one shows it; `ready` addresses behind it. */
function withWebhook(snapshot: Snapshot, written: Partial<Webhook> = {}, ready = 0): Snapshot {
  const { objects, coverage } = snapshot;
  objects.validatingwebhookconfigurations.push({
    metadata: { name: 'policy' },
    webhooks: [
      {
        name: 'validate.policy.example.com',
        failurePolicy: 'Fail',
        clientConfig: { service: SERVICE },
        rules: ALL_PODS,
        ...written,
      },
    ],
  });
  objects.services.push({ metadata: { ...SERVICE }, spec: { selector: { app: 'policy' }, ports: [{ port: 443 }] } });
  objects.endpointslices.push({
    metadata: { name: 'policy-webhook-1', namespace: 'policy', labels: { 'kubernetes.io/service-name': SERVICE.name } },
    endpoints: Array.from({ length: ready }, (_, at) => ({
      addresses: [`10.0.3.${at + 1}`],
      conditions: { ready: true },
    })),
  });
  coverage.checked.push('webhook service policy/policy-webhook');
  return snapshot;
}

/** Its pods are gone, and nobody has told why. */
const withoutPods = (snapshot: Snapshot) => {
  snapshot.objects.pods = snapshot.objects.pods.filter(({ metadata }) => metadata.labels?.app !== 'otlp-app');
  return settle(snapshot);
};

describe('a webhook that nobody answers for', () => {
  it('is advice while all pods run', () => {
    const snapshot = withWebhook(healthyNamespace());
    expect(judge(snapshot)).toMatchObject({ verdict: 'healthy', rootCauses: [] });
    expect(findingOf(snapshot, 'webhook-unavailable')).toMatchObject({
      severity: 'P3',
      confidence: 'certain',
      subject: { kind: 'ValidatingWebhookConfiguration', name: 'policy' },
    });
  });

  it('is why pods are missing', () => {
    const snapshot = withoutPods(withWebhook(healthyNamespace()));
    expect(roots(snapshot)).toEqual(['webhook-unavailable']);
    expect(findingOf(snapshot, 'webhook-unavailable')).toMatchObject({ severity: 'P0', confidence: 'likely' });
  });

  it('is named once where the API server says so itself, with its configuration', () => {
    const snapshot = withoutPods(withWebhook(healthyNamespace()));
    setCondition(
      deploymentOf(snapshot, 'otlp-app').status?.conditions,
      {
        type: 'ReplicaFailure',
        status: 'True',
        reason: 'FailedCreate',
        message:
          'Internal error occurred: failed calling webhook "validate.policy.example.com": failed to call webhook: Post "https://policy-webhook.policy.svc:443/validate?timeout=10s": no endpoints available for service "policy-webhook"',
      },
      5,
    );
    expect(roots(snapshot)).toEqual(['webhook-unavailable']);
    const { evidence, remedy } = findingOf(snapshot, 'webhook-unavailable');
    expect(evidence).toContainEqual(expect.objectContaining({ value: 'policy/policy-webhook' }));
    expect(remedy.commands).toContain('kubectl -n policy get pods,endpointslices');
  });

  it('turns the advice to restart into that of a person', () => {
    const leaking = (snapshot: Snapshot) =>
      crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { exitCode: 137, reason: 'OOMKilled' });
    expect(judge(leaking(healthyNamespace())).action.class).toBe('restart');
    const blocked = judge(leaking(withWebhook(healthyNamespace())));
    expect(blocked.rootCauses[0]?.code).toBe('container-oom-killed');
    expect(blocked.action).toMatchObject({
      class: 'escalate',
      reason: expect.stringContaining('validate.policy.example.com'),
    });
  });

  it('may be one whose Service is gone', () => {
    const snapshot = withWebhook(healthyNamespace());
    snapshot.objects.services = snapshot.objects.services.filter(({ metadata }) => metadata.namespace !== 'policy');
    expect(findingOf(snapshot, 'webhook-unavailable').cause).toContain('does not exist');
    snapshot.coverage.checked = [];
    expect(codes(snapshot)).toEqual([]);
  });

  it('is still possible where a condition may leave the pods out', () => {
    const snapshot = withWebhook(healthyNamespace(), { matchConditions: [{ name: 'not-ours', expression: 'false' }] });
    expect(findingOf(snapshot, 'webhook-unavailable').confidence).toBe('possible');
  });
});

describe('a webhook that is asked about changes of workloads', () => {
  const onDeployments = (operations = ['CREATE', 'UPDATE'], rest: Partial<Webhook> = {}, ready = 0) => {
    const rules = [{ apiGroups: ['apps'], apiVersions: ['v1'], resources: ['deployments'], operations }];
    const snapshot = healthyNamespace();
    unready(snapshot, podsOf(snapshot, 'otlp-app'), 'Readiness probe failed: context deadline exceeded');
    return withWebhook(snapshot, { rules, ...rest }, ready);
  };

  it('refuses a restart too where nobody answers for it: then that is not advised', () => {
    const { action, rootCauses } = judge(onDeployments());
    expect(rootCauses[0]?.code).toBe('readiness-probe-failing');
    expect(action).toMatchObject({
      class: 'escalate',
      reason: expect.stringMatching(/^a restart changes deployment otlp-app, .*validate\.policy\.example\.com/),
    });
  });

  it.each<[string, string[], Partial<Webhook>?, number?]>([
    ['is asked when they are made', ['CREATE']],
    ['may fail', ['UPDATE'], { failurePolicy: 'Ignore' }],
    ['is meant for other workloads', ['UPDATE'], { objectSelector: { matchLabels: { guarded: 'yes' } } }],
    ['has somebody behind it', ['UPDATE'], {}, 1],
  ])('refuses none where it %s', (_, operations, rest, ready) => {
    expect(judge(onDeployments(operations, rest, ready)).action.class).toBe('restart');
  });
});

describe('a webhook that is no trouble', () => {
  it.each<[string, Partial<Webhook>, number?]>([
    ['has somebody behind it', {}, 1],
    ['may fail', { failurePolicy: 'Ignore' }],
    [
      'is asked for other kinds',
      { rules: [{ apiGroups: ['apps'], resources: ['deployments'], operations: ['CREATE'] }] },
    ],
    ['is asked for other groups', { rules: [{ apiGroups: ['example.com'], resources: ['*'], operations: ['*'] }] }],
    ['is asked when pods are deleted', { rules: [{ apiGroups: [''], resources: ['pods'], operations: ['DELETE'] }] }],
    ['is meant for other namespaces', { namespaceSelector: { matchLabels: { policy: 'on' } } }],
    [
      'leaves this namespace out by name',
      {
        namespaceSelector: {
          matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['otlp-system'] }],
        },
      },
    ],
    ['is meant for other pods', { objectSelector: { matchLabels: { inject: 'yes' } } }],
    ['stands outside the cluster', { clientConfig: { url: 'https://policy.example.com' } }],
  ])('%s', (_, written, ready = 0) => {
    expect(codes(withWebhook(healthyNamespace(), written, ready), wholeNamespace())).toEqual([]);
  });

  it.each<[string, Partial<Webhook>]>([
    ['everything', { rules: [{ apiGroups: ['*'], resources: ['*/*'], operations: ['*'] }] }],
    [
      'this namespace by its name',
      { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'otlp-system' } } },
    ],
    ['these pods', { objectSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['otlp-app'] }] } }],
  ])('unless it is meant for %s', (_, written) => {
    expect(codes(withWebhook(healthyNamespace(), written), wholeNamespace())).toEqual(['webhook-unavailable']);
  });
});
