import { type Flow, type FlowPod, judgeFlow, type Outside } from '#shared/diagnosis/network-policy.ts';
import type { Pod } from '#shared/domain/kubernetes.ts';
import type { ObjectStore } from './object-store.ts';

interface Connection extends Pick<Flow, 'port' | 'protocol'> {
  from: Pod;
  ip: string;
}

/** What the network plugin does with a new connection. A flow that cannot be judged passes: there is no deny rule. */
export function isLetThrough(store: ObjectStore, { from, ip, ...rest }: Connection): boolean {
  const policies = store.list('networkpolicies');
  if (policies.length === 0) return true;
  const there = store.list('pods').find(({ status }) => status?.podIP === ip);
  const to: FlowPod | Outside = there ? endOf(there) : { ip };
  const namespaceLabels = (name: string) => store.get('namespaces', { name })?.metadata.labels;
  return judgeFlow({ from: endOf(from), to, ...rest }, { policies, namespaceLabels }).verdict !== 'denied';
}

const endOf = ({ metadata, spec, status }: Pod): FlowPod => ({
  namespace: metadata.namespace ?? '',
  name: metadata.name,
  labels: metadata.labels ?? {},
  ips: status?.podIP ? [status.podIP] : [],
  hostNetwork: spec.hostNetwork ?? false,
  ports: spec.containers.flatMap(({ ports = [] }) => ports),
});
