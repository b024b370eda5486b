import { KUBECTL_APPLY } from '../cluster.ts';
import { APP } from '../manifests.ts';
import { conditionOf } from '../objects.ts';
import { installPolicyWebhook, POLICY_WEBHOOK } from './policy-webhook.ts';
import type { Scenario } from './scenario.ts';

const SINCE_INSTALLED_SECONDS = 2 * 86_400;

export const webhookDown: Scenario = {
  name: 'webhook-down',
  title: 'An admission webhook is down',
  description:
    'The policy webhook was upgraded to an image that does not exist; it must approve every new pod, and nobody noticed until a node was drained: no pod of the app can be created, by a restart neither.',
  ends: 'escalated',
  age: SINCE_INSTALLED_SECONDS + 300,
  put: async (cluster) => {
    installPolicyWebhook(cluster);
    await cluster.timeline.pass(60);
    cluster.leap(SINCE_INSTALLED_SECONDS);
    cluster.edit(
      'deployments',
      POLICY_WEBHOOK,
      ({ spec }) => {
        for (const container of spec.template.spec.containers)
          container.image = 'registry.example.com/policy-webhook:2.0.0';
      },
      KUBECTL_APPLY,
    );
    await cluster.timeline.pass(60);
    cluster.evict(APP);
  },
  visible: (cluster) =>
    cluster.podsOf(APP).length === 0 &&
    conditionOf(cluster.deployment(APP)?.status?.conditions, 'ReplicaFailure')?.status === 'True',
};
