import type { LabelSelector } from '#shared/domain/kubernetes.ts';
import type { NetworkPolicy, PolicyPeer } from '#shared/domain/surroundings.ts';
import { changedAt } from '../changes.ts';
import { NAMESPACE_NAME } from '../network-policy.ts';
import { refOf, selectsPods } from '../policy-subjects.ts';
import { evidence, kubectl, type Rule, type Sighting } from '../rule.ts';
import { matches } from '../selectors.ts';
import type { ClusterView } from '../view.ts';

/** Policies whose own selector finds no pod of their namespace, and rules whose peers are nobody. Advice only. */
export const rule: Rule = (view) => {
  const policies = policiesOf(view);
  if (policies.length === 0) return [];
  const present = selectsPods(view);
  return policies.flatMap((policy) => {
    const { namespace = '' } = policy.metadata;
    const { podSelector = {} } = policy.spec;
    const at = refOf(policy);
    const found: Sighting[] = [];
    // An empty selector is meant for whatever may come.
    if (!isEmpty(podSelector) && !present(namespace, podSelector))
      found.push({
        code: 'netpol-selects-nothing',
        at,
        title: `networkpolicy ${at.name} selects no pod`,
        evidence: [evidence(at, 'spec.podSelector', podSelector)],
        since: changedAt(policy),
        commands: [kubectl(at, 'get pods --show-labels'), kubectl(at, `describe networkpolicy ${at.name}`)],
      });
    for (const { peer, path } of peersOf(policy)) {
      const where = namespaceOf(view, peer, namespace);
      if (where === undefined || isEmpty(peer.podSelector) || present(where, peer.podSelector ?? {})) continue;
      found.push({
        code: 'netpol-peer-matches-nothing',
        at,
        title: `a rule of networkpolicy ${at.name} allows nobody`,
        evidence: [evidence(at, path, peer)],
        commands: [kubectl({ ...at, namespace: where }, 'get pods --show-labels')],
      });
    }
    return found;
  });
};

const isEmpty = ({ matchLabels = {}, matchExpressions = [] }: LabelSelector = {}): boolean =>
  Object.keys(matchLabels).length === 0 && matchExpressions.length === 0;

/** For a whole namespace all of its policies; else those that stand around the workloads in sight. */
function policiesOf(view: ClusterView): NetworkPolicy[] {
  const { target, snapshot, knows, workloads } = view;
  const isNear = ({ metadata, spec }: NetworkPolicy) =>
    workloads.some(
      ({ ref, object }) =>
        ref.namespace === metadata.namespace &&
        matches(spec.podSelector ?? {}, { labels: object.spec?.template?.metadata?.labels ?? {} }) === true,
    );
  return snapshot.objects.networkpolicies.filter(
    (policy) =>
      policy.metadata.namespace === target.namespace &&
      knows('pods', target.namespace) &&
      (target.workloads === 'all' || isNear(policy)),
  );
}

const peersOf = ({ spec: { ingress = [], egress = [] } }: NetworkPolicy): { peer: PolicyPeer; path: string }[] => [
  ...ingress.flatMap(({ from = [] }, at) => from.map((peer, n) => ({ peer, path: `spec.ingress[${at}].from[${n}]` }))),
  ...egress.flatMap(({ to = [] }, at) => to.map((peer, n) => ({ peer, path: `spec.egress[${at}].to[${n}]` }))),
];

/** The one namespace that a peer speaks of, where its pods were read. */
function namespaceOf({ knows }: ClusterView, peer: PolicyPeer, own: string): string | undefined {
  if (peer.ipBlock) return undefined;
  const { matchLabels = {}, matchExpressions = [] } = peer.namespaceSelector ?? {};
  const named = matchLabels[NAMESPACE_NAME];
  const one = peer.namespaceSelector ? (matchExpressions.length === 0 ? named : undefined) : own;
  return one !== undefined && knows('pods', one) ? one : undefined;
}
