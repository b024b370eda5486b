import type { LabelSelector, PodTemplate } from '#shared/domain/kubernetes.ts';
import type { NetworkPolicy, PolicyPeer } from '#shared/domain/surroundings.ts';
import { byRarestLabel } from '../by-label.ts';
import { changedAt } from '../changes.ts';
import { NAMESPACE_NAME } from '../network-policy.ts';
import { evidence, kubectl, type Rule, type Sighting } from '../rule.ts';
import { matches } from '../selectors.ts';
import type { ClusterView } from '../view.ts';
import { refOf } from './policy-denies.ts';

/** Policies whose own selector finds no pod of their namespace, and rules whose peers are nobody. Advice only. */
export const rule: Rule = (view) => {
  const policies = policiesOf(view);
  if (policies.length === 0) return [];
  const present = presenceIn(view);
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

/** Is anything selected in a namespace: of all pods, and of those that workloads at zero replicas, Jobs and CronJobs would make. */
function presenceIn({ snapshot: { objects } }: ClusterView): (namespace: string, selector: LabelSelector) => boolean {
  const { deployments, statefulsets, daemonsets, jobs, cronjobs, pods } = objects;
  const templates = [
    ...[...deployments, ...statefulsets, ...daemonsets, ...jobs].map(({ metadata, spec }) => ({
      metadata,
      template: spec?.template as PodTemplate | undefined,
    })),
    ...cronjobs.map(({ metadata, spec }) => ({ metadata, template: spec?.jobTemplate?.spec?.template })),
  ].map(({ metadata, template }) => ({
    namespace: metadata.namespace ?? '',
    labels: template?.metadata?.labels ?? {},
  }));
  const amongTemplates = presenceAmong(templates);
  // Where a template fits there are a few of them to look through, and not all pods.
  let amongPods: typeof amongTemplates | undefined;
  return (namespace, selector) => {
    if (amongTemplates(namespace, selector)) return true;
    amongPods ??= presenceAmong(
      pods.map(({ metadata }) => ({ namespace: metadata.namespace ?? '', labels: metadata.labels ?? {} })),
    );
    return amongPods(namespace, selector);
  };
}

function presenceAmong(all: { namespace: string; labels: Record<string, string> }[]) {
  const withLabel = byRarestLabel(all, (one) => one);
  const inNamespace = Map.groupBy(all, ({ namespace }) => namespace);
  return (namespace: string, selector: LabelSelector): boolean => {
    const rarest = withLabel(namespace, selector.matchLabels ?? {}) ?? inNamespace.get(namespace) ?? [];
    return rarest.some(({ labels }) => matches(selector, { labels }) !== false);
  };
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
