import { quotaUsers } from './quota-users.ts';
import { evidence, kubectl } from './rule.ts';
import type { ClusterView } from './view.ts';

/** The quota that a refusal names: how full it is, and who fills it. */
export function quotaIn(view: ClusterView, namespace: string, message: string) {
  const name = /(?:exceeded|failed) quota: ([^,:\s]+)/.exec(message)?.[1];
  if (!name) return undefined;
  const at = { kind: 'ResourceQuota', namespace, name };
  const quota = view.snapshot.objects.resourcequotas.find(
    ({ metadata }) => metadata.name === name && metadata.namespace === namespace,
  );
  const { used = {}, hard = {} } = quota?.status ?? {};
  const exceeded = Object.keys(hard).filter((resource) => message.includes(`${resource}=`));
  return {
    evidence: exceeded.flatMap((resource) => [
      evidence(at, `status.used["${resource}"]`, `${used[resource] ?? '?'} of ${hard[resource]}`),
      ...quotaUsers(view, namespace, resource).map(({ who, pods, share }) =>
        evidence(who, `${resource} of its pods`, `${Math.round(share * 100)} % of what is in use, by ${pods} pods`),
      ),
    ]),
    commands: [kubectl(at, `describe resourcequota ${name}`)],
  };
}

/** The configuration of the webhook that a refusal names, and the Service behind it. */
export function webhookIn({ snapshot: { objects } }: ClusterView, message: string) {
  const name = /webhook "([^"]+)"/.exec(message)?.[1];
  const kinds = {
    MutatingWebhookConfiguration: objects.mutatingwebhookconfigurations,
    ValidatingWebhookConfiguration: objects.validatingwebhookconfigurations,
  };
  for (const [kind, list] of Object.entries(kinds)) {
    for (const { metadata, webhooks = [] } of list) {
      const index = webhooks.findIndex((one) => one.name === name);
      const webhook = webhooks[index];
      if (!webhook) continue;
      const at = { kind, namespace: '', name: metadata.name };
      const service = webhook.clientConfig?.service;
      return {
        evidence: [
          evidence(at, `webhooks[${index}].failurePolicy`, webhook.failurePolicy ?? 'Fail'),
          ...(service
            ? [evidence(at, `webhooks[${index}].clientConfig.service`, `${service.namespace}/${service.name}`)]
            : []),
        ],
        commands: [
          ...(service ? [`kubectl -n ${service.namespace} get pods,endpointslices`] : []),
          kubectl(at, `get ${kind.toLowerCase()} ${metadata.name} -o yaml`),
        ],
      };
    }
  }
  return undefined;
}
