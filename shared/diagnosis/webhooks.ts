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
export const silentWebhooks = (view: ClusterView): SilentWebhook[] =>
  silentOn(view, (webhook) =>
    isAskedFor(webhook, { group: '', resource: 'pods', operation: 'CREATE' })
      ? view.workloads.filter(({ ref, object }) => isMeant(view, webhook, ref, object.spec?.template?.metadata?.labels))
      : [],
  );

/** The webhooks without which the workload itself cannot be changed, a restart included, and which cannot answer. */
export const silentOnChange = (view: ClusterView, workload: WorkloadView): SilentWebhook[] =>
  silentOn(view, (webhook) => {
    const { ref, object } = workload;
    const asked: Asked = { group: 'apps', resource: `${ref.kind.toLowerCase()}s`, operation: 'UPDATE' };
    return isAskedFor(webhook, asked) && isMeant(view, webhook, ref, object.metadata.labels) ? [workload] : [];
  });

function silentOn(view: ClusterView, meantFor: (webhook: Webhook) => WorkloadView[]): SilentWebhook[] {
  const { mutatingwebhookconfigurations, validatingwebhookconfigurations } = view.snapshot.objects;
  const kinds = {
    MutatingWebhookConfiguration: mutatingwebhookconfigurations,
    ValidatingWebhookConfiguration: validatingwebhookconfigurations,
  };
  return Object.entries(kinds).flatMap(([kind, list]) =>
    list.flatMap(({ metadata, webhooks = [] }) =>
      webhooks.flatMap((webhook, index): SilentWebhook[] => {
        const called = webhook.clientConfig?.service;
        if (!called || (webhook.failurePolicy ?? 'Fail') !== 'Fail') return [];
        const service = { kind: 'Service', namespace: called.namespace, name: called.name };
        const state = view.service(called.namespace, called.name);
        const workloads = meantFor(webhook);
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

interface Asked {
  group: string;
  resource: string;
  operation: 'CREATE' | 'UPDATE';
}

const isAskedFor = ({ rules = [] }: Webhook, { group, resource, operation }: Asked): boolean =>
  rules.some(
    ({ apiGroups = [], resources = [], operations = [] }) =>
      has(apiGroups, group, '*') && has(resources, resource, '*', '*/*') && has(operations, operation, '*'),
  );

const has = (list: string[], ...wanted: string[]): boolean => wanted.some((one) => list.includes(one));

/** Its selectors are known to match: the namespace, and the labels of the object that is made or changed. */
function isMeant(view: ClusterView, webhook: Webhook, ref: Ref, own: Record<string, string> = {}): boolean {
  const namespace = view.snapshot.objects.namespaces.find(({ metadata }) => metadata.name === ref.namespace);
  const labels = { ...namespace?.metadata.labels, [NAMESPACE_NAME]: ref.namespace };
  return (
    every([
      matches(webhook.namespaceSelector ?? {}, { labels, partial: namespace === undefined }),
      matches(webhook.objectSelector ?? {}, { labels: own }),
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
