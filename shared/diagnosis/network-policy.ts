import type { ContainerPort } from '#shared/domain/kubernetes.ts';
import type { NetworkPolicy, PolicyPeer, PolicyPort } from '#shared/domain/surroundings.ts';
import { isWithin } from './cidr.ts';
import { every, type KnownLabels, matches, some } from './selectors.ts';

/** A pod as policies see it. */
export interface FlowPod extends KnownLabels {
  namespace: string;
  name?: string;
  /** empty = not known */
  ips: string[];
  hostNetwork?: boolean;
  /** for named ports; absent = not known */
  ports?: ContainerPort[];
}

/** A destination that is no pod. Without an address (a name nobody resolved) only some things can be told. */
export interface Outside {
  ip?: string;
}

export interface Flow {
  from: FlowPod;
  to: FlowPod | Outside;
  /** on the destination pod, so behind a Service its targetPort */
  port: number;
  /** default TCP */
  protocol?: string;
}

/** What is known of a cluster's policies. */
export interface PolicyWorld {
  policies: readonly NetworkPolicy[];
  /** Those that may select the pod, where that can be told faster than by asking all. */
  candidates?(pod: FlowPod): readonly NetworkPolicy[];
  /** Were the policies of that namespace read? Default: all were. */
  knowsPolicies?(namespace: string): boolean;
  /** Labels of a namespace; undefined = not known, apart from the name that every namespace carries as a label. */
  namespaceLabels(namespace: string): Record<string, string> | undefined;
}

type Direction = 'egress' | 'ingress';
type Part = 'peer' | 'port';

export interface FlowVerdict {
  verdict: 'allowed' | 'denied' | 'unknown';
  why: string;
  /** the side that denies, or that cannot be judged */
  direction?: Direction;
  /** the policies that isolate the pod on that side; allowed is only what one of their rules says */
  isolatedBy: NetworkPolicy[];
  /** the rule that comes nearest to allowing the flow, and what of it does not fit; absent = there is no rule at all */
  nearest?: { policy: NetworkPolicy; path: string; failed: Part[] };
  /** the other side, where both deny */
  also?: FlowVerdict;
}

/**
 * Do the NetworkPolicies let a connection through: egress at its source and ingress at its destination, by the rules of
 * networking.k8s.io/v1. Replies need no rule. Whether the cluster's network plugin enforces policies is not asked here.
 */
export function judgeFlow(flow: Flow, world: PolicyWorld): FlowVerdict {
  const { from, to } = flow;
  if (from.hostNetwork)
    return unknown('the source is on the host network, where it depends on the network plugin whether policies hold');
  const toItself = isPod(to) && to.name !== undefined && to.name === from.name && to.namespace === from.namespace;
  if (toItself) return { verdict: 'allowed', why: 'a pod always reaches itself', isolatedBy: [] };
  const sides = [judgeSide('egress', from, flow, world)];
  // Policies do not select what runs on the host network.
  if (isPod(to) && !to.hostNetwork) sides.push(judgeSide('ingress', to, flow, world));
  const [denied, also] = sides.filter(({ verdict }) => verdict === 'denied');
  if (denied) return also ? { ...denied, also } : denied;
  return (
    sides.find(({ verdict }) => verdict === 'unknown') ??
    (sides.find(({ isolatedBy }) => isolatedBy.length > 0) as FlowVerdict | undefined) ??
    (sides[0] as FlowVerdict)
  );
}

const isPod = (end: FlowPod | Outside): end is FlowPod => 'labels' in end;
const unknown = (why: string, rest: Partial<FlowVerdict> = {}): FlowVerdict => ({
  verdict: 'unknown',
  why,
  isolatedBy: [],
  ...rest,
});

/** Which directions a policy is about. The API server writes the default down; files may leave it out. */
export function directionsOf({ spec }: NetworkPolicy): Direction[] {
  const { policyTypes, egress = [] } = spec;
  if (policyTypes?.length) return policyTypes.map((type) => type.toLowerCase() as Direction);
  return egress.length > 0 ? ['ingress', 'egress'] : ['ingress'];
}

function judgeSide(direction: Direction, pod: FlowPod, flow: Flow, world: PolicyWorld): FlowVerdict {
  if (world.knowsPolicies?.(pod.namespace) === false)
    return unknown(`the policies of namespace ${pod.namespace} were not read`, { direction });
  const candidates = (world.candidates?.(pod) ?? world.policies)
    .filter((policy) => policy.metadata.namespace === pod.namespace && directionsOf(policy).includes(direction))
    .map((policy) => ({ policy, applies: matches(policy.spec.podSelector ?? {}, pod) }));
  const isolatedBy = candidates.flatMap(({ policy, applies }) => (applies === true ? [policy] : []));
  const maybe = candidates.flatMap(({ policy, applies }) => (applies === undefined ? [policy] : []));
  if (isolatedBy.length === 0) {
    return maybe.length > 0
      ? unknown('not all labels of the pod are known', { direction })
      : { verdict: 'allowed', why: `no policy isolates the pod for ${direction}`, direction, isolatedBy };
  }
  const rules: JudgedRule[] = [];
  for (const policy of [...isolatedBy, ...maybe]) {
    const own = rulesOf(policy, direction, flow, world);
    if (own.some(({ allows }) => allows === true))
      return { verdict: 'allowed', why: 'a rule allows it', direction, isolatedBy };
    rules.push(...own);
  }
  if (rules.some(({ allows }) => allows === undefined))
    return unknown('a rule may allow it', { direction, isolatedBy });
  return { verdict: 'denied', why: whyDenied(direction, isolatedBy), direction, isolatedBy, ...nearestOf(rules) };
}

function whyDenied(direction: Direction, isolatedBy: NetworkPolicy[]): string {
  const names = isolatedBy.map(({ metadata }) => metadata.name).join(', ');
  return `networkpolicy ${names} isolates the pod for ${direction}, and no rule allows the connection`;
}

interface JudgedRule {
  policy: NetworkPolicy;
  path: string;
  parts: Record<Part, boolean | undefined>;
  allows: boolean | undefined;
}

function rulesOf(policy: NetworkPolicy, direction: Direction, flow: Flow, world: PolicyWorld): JudgedRule[] {
  const { egress = [], ingress = [] } = policy.spec;
  const rules =
    direction === 'egress'
      ? egress.map(({ to, ports }) => ({ peers: to, ports }))
      : ingress.map(({ from, ports }) => ({ peers: from, ports }));
  const other = direction === 'egress' ? flow.to : flow.from;
  return rules.map(({ peers = [], ports = [] }, index) => {
    const peer = peers.length === 0 || some(peers.map((each) => matchesPeer(each, policy, other, world)));
    const port = ports.length === 0 || some(ports.map((each) => matchesPort(each, flow)));
    return { policy, path: `spec.${direction}[${index}]`, parts: { peer, port }, allows: every([peer, port]) };
  });
}

/** The rule with the fewest parts that do not fit; among equals the one whose peer does. */
function nearestOf(rules: JudgedRule[]): Pick<FlowVerdict, 'nearest'> {
  const judged = rules.map(({ policy, path, parts }) => ({
    policy,
    path,
    failed: (['peer', 'port'] as const).filter((part) => parts[part] !== true),
  }));
  const [nearest] = judged.toSorted(
    (a, b) => a.failed.length - b.failed.length || Number(a.failed[0] === 'peer') - Number(b.failed[0] === 'peer'),
  );
  return nearest ? { nearest } : {};
}

function matchesPort({ protocol = 'TCP', port, endPort }: PolicyPort, flow: Flow): boolean | undefined {
  if (protocol !== (flow.protocol ?? 'TCP')) return false;
  if (port === undefined) return true;
  if (typeof port === 'number') return endPort === undefined ? port === flow.port : isBetween(port, flow.port, endPort);
  // A name is that of a port of the destination pod.
  if (!isPod(flow.to)) return false;
  return flow.to.ports?.some(
    ({ name, containerPort, protocol: own = 'TCP' }) =>
      name === port && containerPort === flow.port && own === protocol,
  );
}

const isBetween = (low: number, value: number, high: number) => low <= value && value <= high;

function matchesPeer(
  { ipBlock, podSelector, namespaceSelector }: PolicyPeer,
  policy: NetworkPolicy,
  other: FlowPod | Outside,
  world: PolicyWorld,
): boolean | undefined {
  if (ipBlock) {
    const ips = isPod(other) ? other.ips : other.ip ? [other.ip] : [];
    if (ips.length === 0) return undefined;
    return some(
      ips.map((ip) =>
        every([isWithin(ipBlock.cidr, ip), ...(ipBlock.except ?? []).map((cidr) => isNot(isWithin(cidr, ip)))]),
      ),
    );
  }
  if (!isPod(other)) return false;
  if (!podSelector && !namespaceSelector) return undefined;
  const inNamespace = namespaceSelector
    ? matches(namespaceSelector, namespaceOf(other.namespace, world))
    : other.namespace === policy.metadata.namespace;
  const answer = every([inNamespace, matches(podSelector ?? {}, other)]);
  // A pod on the host network has the address of its node; whether it counts as a pod is up to the network plugin.
  return answer === true && other.hostNetwork ? undefined : answer;
}

const isNot = (value: boolean | undefined): boolean | undefined => (value === undefined ? undefined : !value);

/** The API server gives every namespace its own name as a label. */
export const NAMESPACE_NAME = 'kubernetes.io/metadata.name';

function namespaceOf(name: string, { namespaceLabels }: PolicyWorld): KnownLabels {
  const labels = namespaceLabels(name);
  return { labels: { ...labels, [NAMESPACE_NAME]: name }, partial: labels === undefined };
}
