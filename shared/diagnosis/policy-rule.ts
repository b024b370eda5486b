import { createHash } from 'node:crypto';
import type { NetworkPolicy } from '#shared/domain/surroundings.ts';
import { type Flow, type FlowPod, NAMESPACE_NAME } from './network-policy.ts';

/** Labels that change with every revision or pod say nothing about what is meant. */
const PASSING =
  /^(pod-template-hash|controller-revision-hash|pod-template-generation|statefulset\.kubernetes\.io\/.*)$/;

/** What such a policy lacks: a rule that allows just this connection, as it would stand in the policy. */
export function missingRule(direction: 'egress' | 'ingress', { from, to, port, protocol = 'TCP' }: Flow): object {
  const [own, other] = direction === 'egress' ? [from, to] : [to, from];
  const ports = [{ protocol, port }];
  const peer = 'labels' in other ? peerOf(other, 'labels' in own ? own.namespace : '') : addressOf(other.ip);
  return direction === 'egress' ? { to: [peer], ports } : { from: [peer], ports };
}

const lasting = (labels: Record<string, string>) =>
  Object.fromEntries(Object.entries(labels).filter(([key]) => !PASSING.test(key)));

/** Names come from the cluster: a quote in one must not end the shell's. */
const quoted = (value: unknown): string => JSON.stringify(value).replaceAll("'", '\\u0027');

function peerOf({ namespace, labels }: FlowPod, ownNamespace: string): object {
  return {
    ...(namespace === ownNamespace ? {} : { namespaceSelector: { matchLabels: { [NAMESPACE_NAME]: namespace } } }),
    podSelector: { matchLabels: lasting(labels) },
  };
}

const addressOf = (ip: string | undefined): object => ({
  ipBlock: { cidr: ip === undefined ? 'ADDRESS/32' : `${ip}/${ip.includes(':') ? 128 : 32}` },
});

/** The command that adds rules to a policy and leaves its others alone. */
function addRule({ metadata, spec }: NetworkPolicy, direction: 'egress' | 'ingress', rules: readonly object[]): string {
  const list = spec[direction] ?? [];
  const operations =
    list.length === 0
      ? [{ op: 'add', path: `/spec/${direction}`, value: rules }]
      : rules.map((value) => ({ op: 'add', path: `/spec/${direction}/-`, value }));
  return `kubectl -n ${metadata.namespace} patch networkpolicy ${metadata.name} --type=json -p '${quoted(operations)}'`;
}

/** For a policy that is there to deny: one beside it that allows just this, for the same pods. */
export function allowBeside(
  { metadata, spec }: NetworkPolicy,
  direction: 'egress' | 'ingress',
  rules: readonly object[],
  pods: FlowPod,
): string {
  const allowed = {
    podSelector: { matchLabels: lasting(pods.labels) },
    policyTypes: [direction === 'egress' ? 'Egress' : 'Ingress'],
    [direction]: rules,
  };
  // By its content: what allows another way must not take the place of this one.
  const mark = createHash('sha256').update(JSON.stringify(allowed)).digest('hex').slice(0, 6);
  const policy = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: `${metadata.name.slice(0, 50)}-allow-${mark}`, namespace: metadata.namespace },
    spec: allowed,
  };
  return (spec[direction] ?? []).length === 0
    ? `echo '${quoted(policy)}' | kubectl apply -f -`
    : addRule({ metadata, spec }, direction, rules);
}
