import { policyWorldOf } from '../flows.ts';
import { directionsOf } from '../network-policy.ts';
import { refOf } from '../policy-subjects.ts';
import { evidence, kubectl, type Rule } from '../rule.ts';
import { matches } from '../selectors.ts';

/** On EKS: a Service of pods that a policy isolates for ingress, whose port is not that of the pods. */
export const rule: Rule = (view) => {
  if (!/eks/.test(view.snapshot.cluster.version ?? '')) return [];
  const { policies } = policyWorldOf(view);
  return view.services.flatMap(({ ref, object, workloads }) => {
    const labels = workloads[0]?.object.spec?.template?.metadata?.labels;
    const policy = policies.find(
      (one) =>
        labels &&
        one.metadata.namespace === ref.namespace &&
        directionsOf(one).includes('ingress') &&
        matches(one.spec.podSelector ?? {}, { labels }) === true,
    );
    const port = object.spec?.ports?.find(
      (each) => typeof each.targetPort === 'number' && each.targetPort !== each.port,
    );
    if (!policy || !port) return [];
    return [
      {
        code: 'netpol-eks-port-mismatch' as const,
        at: ref,
        confidence: 'possible' as const,
        title: `service ${ref.name} sends port ${port.port} to ${port.targetPort} behind networkpolicy ${policy.metadata.name}`,
        evidence: [
          evidence(ref, 'spec.ports[*].targetPort', port.targetPort),
          evidence(refOf(policy), 'spec.podSelector', policy.spec.podSelector ?? {}),
        ],
        commands: [kubectl(ref, `get service ${ref.name} -o yaml`)],
      },
    ];
  });
};
