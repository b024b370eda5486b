import { describe, expect, it } from 'vitest';
import type { SandboxCluster } from '#infra/local/sandbox/cluster.ts';
import { conditionOf } from '#infra/local/sandbox/objects.ts';
import { eventsAbout, replayedCluster } from '#test/support/replayed-cluster.ts';

const REFUSAL =
  'Internal error occurred: failed calling webhook "pods.policy.example.com": failed to call webhook: Post "https://policy-webhook.policy-system.svc:443/validate?timeout=10s": no endpoints available for service "policy-webhook"';
const WEBHOOK = { namespace: 'policy-system', name: 'policy-webhook' };

const minuteLater = async (cluster: SandboxCluster) => {
  await cluster.timeline.pass(60);
  return cluster.podsOf('otlp-app').length;
};

describe('a webhook that must approve pods and has no ready endpoint', () => {
  it('keeps every pod from being created, in the words of the API server', async () => {
    const cluster = await replayedCluster('webhook-down');
    expect(await minuteLater(cluster)).toBe(0);
    expect(conditionOf(cluster.deployment('otlp-app')?.status?.conditions, 'ReplicaFailure')).toMatchObject({
      reason: 'FailedCreate',
      message: REFUSAL,
    });
    expect(eventsAbout(cluster, 'otlp-app')).toContain(`FailedCreate: Error creating: ${REFUSAL}`);
  });

  it('lets them through again when it is back', async () => {
    const cluster = await replayedCluster('webhook-down');
    await minuteLater(cluster);
    cluster.edit('deployments', WEBHOOK, ({ spec }) => {
      for (const container of spec.template.spec.containers)
        container.image = 'registry.example.com/policy-webhook:1.8.0';
    });
    await minuteLater(cluster);
    expect(await minuteLater(cluster)).toBe(2);
  });

  it('is not asked about namespaces that it leaves out, its own first', async () => {
    const cluster = await replayedCluster('webhook-down');
    await minuteLater(cluster);
    expect(cluster.store.list('pods', 'policy-system')).toHaveLength(1);
  });

  it('is passed over when failures are ignored', async () => {
    const cluster = await replayedCluster('webhook-down');
    cluster.edit('validatingwebhookconfigurations', { name: 'pod-policy' }, ({ webhooks = [] }) => {
      for (const webhook of webhooks) webhook.failurePolicy = 'Ignore';
    });
    expect(await minuteLater(cluster)).toBe(2);
  });
});
