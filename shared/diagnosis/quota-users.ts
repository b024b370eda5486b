import type { Pod } from '#shared/domain/kubernetes.ts';
import { byPlace } from './by-place.ts';
import type { Ref } from './model.ts';
import { quantity } from './quantity.ts';
import type { ClusterView } from './view.ts';

/** More names than these help nobody. */
const MOST = 3;

export interface QuotaUser {
  who: Ref;
  pods: number;
  /** of the whole that the counted pods take; 0 to 1 */
  share: number;
}

/** Who takes most of a resource (`limits.cpu`, `requests.memory`, `pods`) in a namespace, in scope or not; largest first. */
export function quotaUsers(view: ClusterView, namespace: string, resource: string): QuotaUser[] {
  const counted = view.snapshot.objects.pods.filter(
    ({ metadata, status }) =>
      metadata.namespace === namespace && !['Succeeded', 'Failed'].includes(status?.phase ?? ''),
  );
  const ownerOf = ownersIn(view);
  const total = counted.reduce((sum, pod) => sum + amountOf(pod, resource), 0);
  const groups = Map.groupBy(counted, (pod) => {
    const { kind, name } = ownerOf(pod);
    return `${kind}/${name}`;
  });
  const users = [...groups.values()].flatMap((pods): QuotaUser[] => {
    const [first] = pods;
    const own = pods.reduce((sum, pod) => sum + amountOf(pod, resource), 0);
    return first && own > 0 ? [{ who: ownerOf(first), pods: pods.length, share: own / total }] : [];
  });
  return users.toSorted((a, b) => b.share - a.share).slice(0, MOST);
}

function amountOf({ spec }: Pod, resource: string): number {
  if (resource === 'pods' || resource === 'count/pods') return 1;
  const [kind, name] = resource.includes('.') ? resource.split('.') : ['requests', resource];
  return (spec?.containers ?? []).reduce((sum, { resources }) => {
    const amounts = kind === 'limits' ? resources?.limits : resources?.requests;
    return sum + (quantity(amounts?.[name ?? '']) ?? 0);
  }, 0);
}

/** The Deployment behind the pod's ReplicaSet, else whatever made the pod, else the pod. */
function ownersIn({ snapshot: { objects } }: ClusterView): (pod: Pod) => Ref {
  const sets = byPlace(objects.replicasets, ({ metadata: { namespace = '', name } }) => ({ namespace, name }));
  return ({ metadata }) => {
    const { namespace = '' } = metadata;
    const maker = metadata.ownerReferences?.find(({ controller }) => controller);
    if (!maker) return { kind: 'Pod', namespace, name: metadata.name };
    const [set] = (maker.kind === 'ReplicaSet' && sets({ namespace, name: maker.name })) || [];
    const { kind, name } = set?.metadata.ownerReferences?.find(({ controller }) => controller) ?? maker;
    return { kind, namespace, name };
  };
}
