import type { NetworkPolicy } from '#shared/domain/surroundings.ts';
import type { FlowPod } from './network-policy.ts';

/** The policies that may select a pod: most policies of a large namespace are about other labels. */
export function indexPolicies(policies: readonly NetworkPolicy[]): (pod: FlowPod) => NetworkPolicy[] {
  const byNamespace = Map.groupBy(policies, ({ metadata }) => metadata.namespace ?? '');
  const index = new Map([...byNamespace].map(([namespace, list]) => [namespace, Map.groupBy(list, pairOf)]));
  return ({ namespace, labels, partial }) => {
    const own: Map<string, NetworkPolicy[]> = index.get(namespace) ?? new Map();
    if (partial) return [...own.values()].flat();
    const pairs = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
    return ['', ...pairs].flatMap((pair) => own.get(pair) ?? []);
  };
}

/** One label that the policy asks for; '' = it asks for none by its value. */
function pairOf({ spec }: NetworkPolicy): string {
  const [pair] = Object.entries(spec.podSelector?.matchLabels ?? {});
  return pair ? pair.join('=') : '';
}
