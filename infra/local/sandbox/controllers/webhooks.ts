import { matches } from '#shared/diagnosis/selectors.ts';
import type { Pod } from '#shared/domain/kubernetes.ts';
import type { WebhookConfiguration } from '#shared/domain/surroundings.ts';
import type { ObjectStore } from '../object-store.ts';
import { readyEndpoints } from './endpoints.ts';

type Webhook = NonNullable<WebhookConfiguration['webhooks']>[number] & {
  timeoutSeconds?: number;
  clientConfig?: { service?: { path?: string } };
};

/**
 * Admission of new pods by webhooks: first those that change, then those that judge. One that answers lets the pod
 * pass: what is modelled is the webhook that nobody answers for.
 */
export class WebhookAdmission {
  readonly #store: ObjectStore;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  /** Why the pod may not be made, in the API server's words; undefined = it may. */
  refusal(pod: Pod): string | undefined {
    for (const kind of ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'] as const) {
      for (const { webhooks = [] } of this.#store.list(kind)) {
        const failed = (webhooks as Webhook[])
          .filter((webhook) => (webhook.failurePolicy ?? 'Fail') === 'Fail' && this.#isAskedOf(webhook, pod))
          .map((webhook) => this.#failure(webhook))
          .find((failure) => failure !== undefined);
        if (failed !== undefined) return `Internal error occurred: ${failed}`;
      }
    }
    return undefined;
  }

  #isAskedOf({ rules = [], namespaceSelector = {}, objectSelector = {} }: Webhook, pod: Pod): boolean {
    const namespace = this.#store.get('namespaces', { name: pod.metadata.namespace ?? '' });
    const has = (list: string[] | undefined, ...wanted: string[]) => wanted.some((one) => list?.includes(one));
    return (
      rules.some(
        ({ apiGroups, resources, operations }) =>
          has(apiGroups, '', '*') && has(resources, 'pods', '*', '*/*') && has(operations, 'CREATE', '*'),
      ) &&
      matches(namespaceSelector, { labels: namespace?.metadata.labels ?? {} }) === true &&
      matches(objectSelector, { labels: pod.metadata.labels ?? {} }) === true
    );
  }

  #failure({ name, clientConfig, timeoutSeconds = 10 }: Webhook): string | undefined {
    const { service } = clientConfig ?? {};
    if (!service) return undefined;
    const { namespace, name: host, port = 443, path = '' } = service;
    const call = `failed calling webhook "${name}": failed to call webhook: Post "https://${host}.${namespace}.svc:${port}${path}?timeout=${timeoutSeconds}s"`;
    if (!this.#store.get('services', { namespace, name: host })) return `${call}: service "${host}" not found`;
    const serves = readyEndpoints(this.#store, { namespace, name: host }).length > 0;
    return serves ? undefined : `${call}: no endpoints available for service "${host}"`;
  }
}
