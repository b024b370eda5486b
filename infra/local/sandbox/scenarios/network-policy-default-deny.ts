import { APP, NAMESPACE } from '../manifests.ts';
import type { Scenario } from './scenario.ts';

/** Kubelets still reach their pods, so that all stays ready; what is lost is every connection between pods. */
export const networkPolicyDefaultDeny: Scenario = {
  name: 'network-policy-default-deny',
  title: 'A NetworkPolicy that denies everything',
  description:
    'A default-deny policy was applied without the rules that allow DNS and the way to the Collector: the pods are ready, and the app loses its telemetry. No restart passes a policy.',
  ends: 'escalated',
  age: 240,
  put: (cluster) =>
    cluster.apply('networkpolicies', {
      metadata: { name: 'default-deny-all', namespace: NAMESPACE },
      spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
    }),
  visible: (cluster) =>
    cluster
      .podsOf(APP)
      .every(({ metadata }) =>
        cluster.kubelet.container(metadata, APP)?.log.read({ previous: false, tailLines: 20 }).includes('ExportError'),
      ),
};
