import { CLUSTER_DNS, isDnsServer } from '#shared/domain/cluster-dns.ts';
import { endOf, lastWords } from '../container-state.ts';
import type { WorkloadView } from '../model.ts';
import { called, evidence, kubectl, type Rule } from '../rule.ts';
import type { ClusterView } from '../view.ts';

/** By the label of their pods, whatever the Deployment is called. */
export const serversOf = (view: ClusterView): WorkloadView[] =>
  view.snapshot.objects.deployments
    .filter(({ metadata: { namespace = '' }, spec }) => isDnsServer({ ...spec?.template?.metadata, namespace }))
    .flatMap(
      ({ metadata }) =>
        view.workload({ kind: 'Deployment', namespace: CLUSTER_DNS.namespace, name: metadata.name }) ?? [],
    );

/** No server of the cluster DNS is available. Where DNS runs on the nodes there is no such Deployment, and no fault. */
export const rule: Rule = (view) => {
  const servers = serversOf(view);
  const [first] = servers;
  const ready = view.service(CLUSTER_DNS.namespace, CLUSTER_DNS.service)?.ready;
  if (!first || servers.some(({ available }) => available > 0) || (ready ?? 0) > 0) return [];
  if (view.workloads.every(({ desired }) => desired === 0)) return [];
  const waiting = first.pods.flatMap(({ ref, containers }) =>
    containers.flatMap(({ status, statusPath }) => {
      const reason = status?.state?.waiting?.reason;
      return reason ? [evidence(ref, `${statusPath}.state.waiting.reason`, reason)] : [];
    }),
  );
  const ended = lastWordsOf(view, first);
  const cause = first.desired === 0 ? 'It is scaled to zero: no name of a Service resolves.' : ended?.cause;
  return [
    {
      code: 'dns-coredns-unavailable',
      at: first.ref,
      title: `the cluster DNS (${called(first.ref)}) has no server`,
      ...(cause ? { cause } : {}),
      evidence: [
        evidence(first.ref, 'status.availableReplicas', `0 of ${first.desired}`),
        ...(ready === 0
          ? [evidence('Service/kube-system/kube-dns', 'EndpointSlice endpoints[conditions.ready]', '0 ready')]
          : []),
        ...waiting.slice(0, 4),
        ...(ended ? [ended.evidence] : []),
      ],
      commands: [
        kubectl(first.ref, 'get pods -l k8s-app=kube-dns -o wide'),
        kubectl(
          first.ref,
          first.desired === 0
            ? `scale deployment/${first.ref.name} --replicas=2`
            : `describe deployment ${first.ref.name}`,
        ),
      ],
    },
  ];
};

/** Why a server of it that keeps ending says that it ends. */
function lastWordsOf(view: ClusterView, { pods }: WorkloadView) {
  for (const container of pods.flatMap(({ containers }) => containers)) {
    const words = endOf(view, container) && lastWords(view, container);
    if (!words) continue;
    return {
      cause: `Its servers end, and say: ${words.line.slice(0, 300)}`,
      evidence: evidence(container.pod.ref, words.path, words.line),
    };
  }
  return undefined;
}
