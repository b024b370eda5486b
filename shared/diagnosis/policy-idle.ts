import type { LabelSelector } from '#shared/domain/kubernetes.ts';
import type { NetworkPolicy } from '#shared/domain/surroundings.ts';
import { changedAt } from './changes.ts';
import { policyWorldOf } from './flows.ts';
import { directionsOf, type Flow, type FlowVerdict, judgeFlow } from './network-policy.ts';
import { once } from './once.ts';
import { CONNECTS, refOf, selectsPods } from './policy-subjects.ts';
import { called, evidence, kubectl, type Sighting } from './rule.ts';
import type { ClusterView } from './view.ts';

/** Policies that select no pod of their namespace, by that; an empty selector is meant for whatever may come. */
const idleIn = once((view: ClusterView) =>
  Map.groupBy(
    view.snapshot.objects.networkpolicies.filter(
      ({ metadata: { namespace = '' }, spec: { podSelector = {} } }) =>
        view.knows('pods', namespace) && pairsOf(podSelector).length > 0 && !selectsPods(view)(namespace, podSelector),
    ),
    ({ metadata }) => metadata.namespace ?? '',
  ),
);

/** A denied connection, and beside it the policy that is there to allow it and misses its pods by its selector. */
export function withIdle(
  view: ClusterView,
  { flow, verdict }: { flow: Flow; verdict: FlowVerdict },
  denied: Sighting,
): Sighting[] {
  const { direction = 'egress' } = verdict;
  const own = direction === 'egress' ? flow.from : flow.to;
  if (!('labels' in own)) return [denied];
  const policy = idleIn(view)
    .get(own.namespace)
    ?.find((each) => isAkin(each.spec.podSelector ?? {}, own.labels) && wouldAllow(view, each, direction, flow));
  return policy ? [denied, missing(policy, own.labels, denied)] : [denied];
}

/** As if it were the only policy, and selected them. */
function wouldAllow(view: ClusterView, policy: NetworkPolicy, direction: 'egress' | 'ingress', flow: Flow): boolean {
  if (!directionsOf(policy).includes(direction)) return false;
  const policyTypes = [direction === 'egress' ? 'Egress' : 'Ingress'];
  const meant = { ...policy, spec: { ...policy.spec, podSelector: {}, policyTypes } };
  const { namespaceLabels } = policyWorldOf(view);
  return judgeFlow(flow, { policies: [meant], namespaceLabels }).verdict === 'allowed';
}

const pairsOf = ({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string[] => [
  ...Object.values(matchLabels),
  ...matchExpressions.flatMap(({ key, values = [key] }) => values),
];

const SAYS_LITTLE = /^(?:true|false|yes|no|on|off|enabled)$/;

/** It speaks of such pods, if not rightly: a value of its selector is one of theirs, or begins like it. */
function isAkin(selector: LabelSelector, labels: Record<string, string>): boolean {
  const own = Object.values(labels);
  return pairsOf(selector).some(
    (value) =>
      value !== '' &&
      !SAYS_LITTLE.test(value) &&
      own.some((other) => other !== '' && (other.startsWith(value) || value.startsWith(other))),
  );
}

function missing(policy: NetworkPolicy, labels: Record<string, string>, denied: Sighting): Sighting {
  const at = refOf(policy);
  const workload = denied.workload ? called(denied.workload.ref) : 'the pods';
  return {
    code: 'netpol-selects-nothing',
    at,
    ...(denied.workload ? { workload: denied.workload } : {}),
    severity: 'P2',
    confidence: denied.confidence ?? 'likely',
    title: `networkpolicy ${at.name}, which would open the way for ${workload}, selects no pod`,
    cause: `Its rules would allow what is denied, but its selector asks for labels that no pod has, and ${workload} does not.`,
    remedy: 'Correct spec.podSelector of the policy, or give the pod template the labels that it asks for.',
    evidence: [
      evidence(at, 'spec.podSelector', policy.spec.podSelector ?? {}),
      evidence(denied.workload?.ref ?? 'Pod', 'labels', labels),
      ...denied.evidence.filter(({ path }) => path === CONNECTS),
    ],
    since: changedAt(policy) ?? denied.since,
    commands: [kubectl(at, 'get pods --show-labels'), kubectl(at, `describe networkpolicy ${at.name}`)],
  };
}
