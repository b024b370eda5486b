import type { KubeNode } from '#shared/domain/kubernetes.ts';
import type { WorkloadView } from '../model.ts';
import { once } from '../once.ts';
import { called, evidence, inWorkload, kubectl, type Rule } from '../rule.ts';
import { matches } from '../selectors.ts';
import type { ClusterView } from '../view.ts';

/** Where the VPC CNI of EKS does not enforce policies. */
const without = ({ metadata: { labels = {} } }: KubeNode): string | undefined => {
  if (labels['eks.amazonaws.com/compute-type'] === 'fargate') return 'Fargate';
  return labels['kubernetes.io/os'] === 'windows' ? 'Windows' : undefined;
};

/** The nodes that do not enforce policies, with their kind; most clusters have none. */
const nodesWithout = once(
  ({ snapshot }: ClusterView) =>
    new Map(
      snapshot.objects.nodes.flatMap((node): [string, string][] => {
        const place = without(node);
        return place ? [[node.metadata.name, place]] : [];
      }),
    ),
);

function placesOf(view: ClusterView, { pods }: WorkloadView): { node: string; place: string }[] {
  const places = nodesWithout(view);
  if (places.size === 0) return [];
  return pods.flatMap(({ object }) => {
    const node = object.spec?.nodeName ?? '';
    const place = places.get(node);
    return place ? [{ node, place }] : [];
  });
}

/** Policies hold for some pod of the workload, as far as its nodes say. */
export const isEnforced = (view: ClusterView, workload: WorkloadView): boolean =>
  workload.pods.length === 0 || placesOf(view, workload).length < workload.pods.length;

const AGENT = 'aws-eks-nodeagent';
const SWITCH = /^--enable-network-policy(?:=(.*))?$/;

/**
 * On EKS the VPC CNI enforces policies only where that is switched on, and another plugin may do it instead: without the
 * switch a denial is a doubt, which counts where something does fail. Everywhere else a policy is there to be enforced.
 */
export function isDoubtful(view: ClusterView): boolean {
  if (!view.snapshot.cluster.version?.includes('eks')) return false;
  const plugin = view.workload({ kind: 'DaemonSet', namespace: 'kube-system', name: 'aws-node' });
  const agent = plugin?.template.containers?.find(({ name }) => name === AGENT);
  const values = (agent?.args ?? []).flatMap((word) => {
    const found = SWITCH.exec(word);
    return found ? [found[1] ?? 'true'] : [];
  });
  return values.at(-1) !== 'true';
}

/** By itself no fault; a root where something fails as it would by the denial. */
export const DOUBT = { severity: 'P3', confidence: 'possible' } as const;

/** A policy selects pods on nodes that do not enforce it. */
export const rule: Rule = (view) => {
  const { networkpolicies: policies } = view.snapshot.objects;
  return view.workloads.flatMap((workload) => {
    const [first] = policies.length > 0 ? placesOf(view, workload) : [];
    if (!first) return [];
    const labels = workload.object.spec?.template?.metadata?.labels ?? {};
    const policy = policies.find(
      ({ metadata, spec }) =>
        metadata.namespace === workload.ref.namespace && matches(spec.podSelector ?? {}, { labels }) === true,
    );
    if (!policy) return [];
    return [
      {
        code: 'netpol-not-enforced' as const,
        ...inWorkload(workload),
        confidence: 'likely' as const,
        title: `networkpolicy ${policy.metadata.name} does not hold for ${called(workload.ref)} on ${first.place}`,
        evidence: [
          evidence(
            `NetworkPolicy/${policy.metadata.namespace}/${policy.metadata.name}`,
            'spec.podSelector',
            policy.spec.podSelector ?? {},
          ),
          evidence(`Node/${first.node}`, 'metadata.labels', first.place),
        ],
        commands: [kubectl(workload.ref, 'get pods -o wide')],
      },
    ];
  });
};
