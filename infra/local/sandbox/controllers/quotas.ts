import type { Container, Pod, ResourceQuota } from '#shared/domain/kubernetes.ts';
import type { ObjectStore } from '../object-store.ts';
import { formatQuantity, parseQuantity } from '../quantity.ts';

const WRITER = { manager: 'kube-controller-manager', subresource: 'status' } as const;

/** Counts what a namespace uses of its ResourceQuotas, and refuses the pods that would exceed one. */
export class QuotaController {
  readonly #store: ObjectStore;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  sync(): void {
    for (const quota of this.#store.list('resourcequotas')) {
      const hard = quota.spec?.hard ?? {};
      const used = this.#used(quota);
      this.#store.update(
        'resourcequotas',
        quota.metadata,
        (draft) => Object.assign(draft, { status: { hard, used } }),
        WRITER,
      );
    }
  }

  /** Why the pod may not be made, in the words of admission; undefined = it may. */
  refusal(pod: Pod): string | undefined {
    for (const quota of this.#store.list('resourcequotas', pod.metadata.namespace)) {
      const used = this.#used(quota);
      const over = Object.entries(quota.spec?.hard ?? {}).filter(
        ([resource, limit]) =>
          amount(pod, resource) > 0 &&
          parseQuantity(used[resource] ?? '0') + amount(pod, resource) > parseQuantity(limit),
      );
      if (over.length === 0) continue;
      const names = over.map(([resource]) => resource).sort();
      const list = (of: (resource: string) => string | undefined) =>
        names.map((name) => `${name}=${of(name)}`).join(',');
      const parts = [
        `requested: ${list((name) => format(name, amount(pod, name)))}`,
        `used: ${list((name) => used[name])}`,
        `limited: ${list((name) => quota.spec?.hard?.[name])}`,
      ];
      return `pods "${pod.metadata.name}" is forbidden: exceeded quota: ${quota.metadata.name}, ${parts.join(', ')}`;
    }
    return undefined;
  }

  #used(quota: ResourceQuota): Record<string, string> {
    const ended = ['Succeeded', 'Failed'];
    const pods = this.#store
      .list('pods', quota.metadata.namespace)
      .filter(({ status }) => !ended.includes(status?.phase ?? ''));
    return Object.fromEntries(
      Object.keys(quota.spec?.hard ?? {}).map((resource) => {
        const total = pods.reduce((sum, pod) => sum + amount(pod, resource), 0);
        return [resource, format(resource, total)];
      }),
    );
  }
}

const format = (resource: string, value: number): string => formatQuantity(value, resource.endsWith('memory'));

/** What a pod takes of `pods`, `requests.cpu`, `limits.memory`, ... in whole thousandths, so that sums stay exact. */
function amount(pod: Pod, resource: string): number {
  if (resource === 'pods') return 1;
  const [kind, name = ''] = resource.split('.');
  const of = ({ resources }: Container) => (kind === 'limits' ? resources?.limits : resources?.requests)?.[name] ?? '0';
  return Math.round(pod.spec.containers.reduce((sum, one) => sum + parseQuantity(of(one)), 0) * 1000) / 1000;
}
