import type { KubeObject } from '#shared/domain/kubernetes.ts';
import type { WebhookConfiguration } from '#shared/domain/surroundings.ts';
import type { Ref, WorkloadView } from './model.ts';
import { NAMESPACE_NAME } from './network-policy.ts';
import { every, matches } from './selectors.ts';
import type { ClusterView } from './view.ts';

type Webhook = NonNullable<WebhookConfiguration['webhooks']>[number];

export interface SilentWebhook {
  at: Ref;
  index: number;
  webhook: Webhook;
  service: Ref;
  found: KubeObject | undefined;
  /** in sight, and it stands before their pods; at least one */
  workloads: WorkloadView[];
}

/** The webhooks without which no pod of a workload in sight can be made, and which cannot answer. */
export function silentWebhooks(view: ClusterView): SilentWebhook[] {
  const { mutatingwebhookconfigurations, validatingwebhookconfigurations } = view.snapshot.objects;
  const kinds = {
    MutatingWebhookConfiguration: mutatingwebhookconfigurations,
    ValidatingWebhookConfiguration: validatingwebhookconfigurations,
  };
  return Object.entries(kinds).flatMap(([kind, list]) =>
    list.flatMap(({ metadata, webhooks = [] }) =>
      webhooks.flatMap((webhook, index): SilentWebhook[] => {
        const called = webhook.clientConfig?.service;
        if (!called || (webhook.failurePolicy ?? 'Fail') !== 'Fail' || !isAskedForPods(webhook)) return [];
        const service = { kind: 'Service', namespace: called.namespace, name: called.name };
        const state = view.service(called.namespace, called.name);
        const workloads = view.workloads.filter((one) => isMeant(view, webhook, one));
        if (workloads.length === 0 || !isSilent(view, service, state?.ready)) return [];
        return [
          {
            at: { kind, namespace: '', name: metadata.name },
            index,
            webhook,
            service,
            found: state?.object,
            workloads,
          },
        ];
      }),
    ),
  );
}

const isAskedForPods = ({ rules = [] }: Webhook): boolean =>
  rules.some(
    ({ apiGroups = [], resources = [], operations = [] }) =>
      has(apiGroups, '', '*') && has(resources, 'pods', '*', '*/*') && has(operations, 'CREATE', '*'),
  );

const has = (list: string[], ...wanted: string[]): boolean => wanted.some((one) => list.includes(one));

/** Its selectors are known to match: the namespace and the labels of the pods. */
function isMeant(view: ClusterView, webhook: Webhook, { ref, object }: WorkloadView): boolean {
  const namespace = view.snapshot.objects.namespaces.find(({ metadata }) => metadata.name === ref.namespace);
  const labels = { ...namespace?.metadata.labels, [NAMESPACE_NAME]: ref.namespace };
  const pods = { labels: object.spec?.template?.metadata?.labels ?? {} };
  return (
    every([
      matches(webhook.namespaceSelector ?? {}, { labels, partial: namespace === undefined }),
      matches(webhook.objectSelector ?? {}, pods),
    ]) === true
  );
}

/** Not to have seen its Service counts only where somebody looked for it. */
function isSilent(view: ClusterView, { namespace, name }: Ref, ready: number | undefined): boolean {
  const found = view.service(namespace, name);
  // Endpoints that somebody makes by hand, or a name outside, are not looked at.
  if (found) return ready === 0 && Object.keys(found.object.spec?.selector ?? {}).length > 0;
  return (
    view.knows('services', namespace) || view.snapshot.coverage.checked.includes(`webhook service ${namespace}/${name}`)
  );
}
