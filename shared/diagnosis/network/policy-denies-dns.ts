import { collectorsOf } from '../collector.ts';
import { exportEndpointsOf, flowPodsOf, isName, policyWorldOf } from '../flows.ts';
import type { WorkloadView } from '../model.ts';
import { type Flow, type FlowPod, judgeFlow } from '../network-policy.ts';
import { missingRule } from '../policy-rule.ts';
import { evidence, type Rule, type Sighting } from '../rule.ts';
import type { ClusterView } from '../view.ts';
import { denial } from './policy-denies.ts';
import { DOUBT, isDoubtful, isEnforced } from './policy-not-enforced.ts';

const NAMESPACE = 'kube-system';
const LABELS = { 'k8s-app': 'kube-dns' };
/** Where NodeLocal DNSCache listens, by its manifest. */
const NODE_LOCAL = '169.254.20.10';

/** A policy that keeps a workload which sends to a name from every DNS server that it may have. */
export const rule: Rule = (view) => {
  const world = policyWorldOf(view);
  if (world.policies.length === 0) return [];
  const servers = serversOf(view);
  const doubt: Partial<Sighting> = isDoubtful(view) ? DOUBT : {};
  const collectors = new Set(collectorsOf(view));
  return view.workloads.flatMap((workload) => {
    const name = nameOf(view, workload, collectors.has(workload));
    if (!name || workload.desired === 0 || !isEnforced(view, workload)) return [];
    return flowPodsOf(workload).flatMap((from) => {
      const flows = servers.map(({ to, port }): Flow => ({ from, to, port, protocol: 'UDP' }));
      const judged = flows.map((flow) => judgeFlow(flow, world));
      const [flow, verdict] = [flows[0], judged[0]];
      const isDenied = judged.every((one) => one.verdict === 'denied' && one.direction === 'egress');
      if (!flow || !verdict || !isDenied) return [];
      const found = denial('netpol-egress-denies-dns', workload, 'the cluster DNS', flow, verdict, [
        evidence(name.source, name.path, name.url),
      ]);
      const rule = missingRule('egress', flow);
      return [{ ...found, ...doubt, remedy: `Allow it: ${JSON.stringify(rule)}, and TCP too, under spec.egress.` }];
    });
  });
};

/** Where its configuration names a host that must be looked up. */
const nameOf = (view: ClusterView, workload: WorkloadView, isCollector: boolean) =>
  [...view.endpoints(workload), ...(isCollector ? exportEndpointsOf(view, workload) : [])].find(({ host }) =>
    isName(host),
  );

/** The pods of the cluster DNS where they were read, else what they are in every usual cluster. */
function serversOf(view: ClusterView): { to: Flow['to']; port: number }[] {
  const service = view.service(NAMESPACE, 'kube-dns');
  const target = service?.object.spec?.ports?.find(({ protocol }) => protocol === 'UDP')?.targetPort;
  const port = typeof target === 'number' ? target : 53;
  const address = service?.object.spec?.clusterIP;
  const known = service?.pods.map(
    ({ object }): FlowPod => ({
      namespace: NAMESPACE,
      labels: object.metadata.labels ?? {},
      ips: object.status?.podIP ? [object.status.podIP] : [],
    }),
  );
  if (known && known.length > 0)
    return [
      ...known.map((to) => ({ to, port })),
      { to: { ip: NODE_LOCAL }, port: 53 },
      ...(address ? [{ to: { ip: address }, port: 53 }] : []),
    ];
  const some = (namespace: string, labels: Record<string, string>): FlowPod => ({
    namespace,
    labels,
    partial: true,
    ips: [],
  });
  return [
    { to: some(NAMESPACE, LABELS), port: 53 },
    { to: some('openshift-dns', {}), port: 5353 },
    // An address that nobody has told.
    { to: {}, port: 53 },
  ];
}
