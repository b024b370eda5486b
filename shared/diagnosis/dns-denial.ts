import { CLUSTER_DNS } from '#shared/domain/cluster-dns.ts';
import { type Flow, type FlowPod, type FlowVerdict, judgeFlow, type PolicyWorld } from './network-policy.ts';
import { missingRule } from './policy-rule.ts';
import type { ClusterView } from './view.ts';

/** Where NodeLocal DNSCache listens, by its manifest. */
const NODE_LOCAL = '169.254.20.10';

export interface DnsDenial {
  flow: Flow;
  verdict: FlowVerdict;
  /** what would allow it: DNS goes over TCP too, for long answers */
  rule: object;
}

/** The policies keep the pod from every DNS server that it may have, on its own side; undefined = they do not. */
export function dnsDenial(view: ClusterView, world: PolicyWorld, from: FlowPod): DnsDenial | undefined {
  const flows = serversOf(view).map(({ to, port }): Flow => ({ from, to, port, protocol: 'UDP' }));
  const denied: { flow: Flow; verdict: FlowVerdict }[] = [];
  for (const flow of flows) {
    const verdict = judgeFlow(flow, world);
    // One way is enough.
    if (verdict.verdict !== 'denied' || verdict.direction !== 'egress') return undefined;
    denied.push({ flow, verdict });
  }
  const [first] = denied;
  if (!first) return undefined;
  const { flow, verdict } = first;
  const ports = ['UDP', 'TCP'].map((protocol) => ({ protocol, port: flow.port }));
  return { flow, verdict, rule: { ...missingRule('egress', flow), ports } };
}

/** The pods of the cluster DNS where they were read, else what they are in every usual cluster. */
function serversOf(view: ClusterView): { to: Flow['to']; port: number }[] {
  const { namespace, labels } = CLUSTER_DNS;
  const service = view.service(namespace, CLUSTER_DNS.service);
  const target = service?.object.spec?.ports?.find(({ protocol }) => protocol === 'UDP')?.targetPort;
  const address = service?.object.spec?.clusterIP;
  const known = service?.pods.map((pod) => {
    const ports = (pod.object.spec?.containers ?? []).flatMap((container) => container.ports ?? []);
    const to: FlowPod = {
      namespace,
      labels: pod.object.metadata.labels ?? {},
      ips: pod.object.status?.podIP ? [pod.object.status.podIP] : [],
      ports,
    };
    // Policies count at the pod: behind port 53 of the Service it may listen on any.
    const named = ports.find(({ name }) => name === target)?.containerPort;
    return { to, port: (typeof target === 'number' ? target : named) ?? 53 };
  });
  if (known && known.length > 0)
    return [...known, { to: { ip: NODE_LOCAL }, port: 53 }, ...(address ? [{ to: { ip: address }, port: 53 }] : [])];
  const some = (of: Pick<FlowPod, 'namespace' | 'labels'>): FlowPod => ({ ...of, partial: true, ips: [] });
  return [
    { to: some({ namespace, labels }), port: 53 },
    { to: some({ namespace: 'openshift-dns', labels: {} }), port: 5353 },
    // An address that nobody has told.
    { to: {}, port: 53 },
  ];
}
