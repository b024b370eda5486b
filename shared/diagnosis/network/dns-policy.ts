import type { PodSpec } from '#shared/domain/kubernetes.ts';
import type { Endpoint } from '../endpoints.ts';
import { keyOf } from '../model.ts';
import { revisionsOf } from '../revisions.ts';
import { called, evidence, inWorkload, kubectl, type Rule } from '../rule.ts';

/** A pod that does not ask the cluster DNS, though its configuration has the name of a Service. */
export const rule: Rule = (view) =>
  view.workloads.flatMap((workload) => {
    const lack = lackIn(workload.template);
    const named = lack && view.endpoints(workload).find(isServiceName);
    // A name that is not there at all is told as that.
    if (!lack || !named?.service || !view.service(named.service.namespace, named.service.name)) return [];
    return [
      {
        code: 'dns-config-invalid' as const,
        ...inWorkload(workload),
        severity: 'P2' as const,
        confidence: 'likely' as const,
        title: `${called(workload.ref)} does not ask the cluster DNS, and sends to service ${named.service.name}`,
        cause: lack.cause,
        remedy: lack.remedy,
        evidence: [
          evidence(workload.ref, `spec.template.spec.${lack.path}`, lack.value),
          evidence(named.source, named.path, named.url),
        ],
        since: named.source === keyOf(workload.ref) ? revisionsOf(workload)[0]?.appeared : undefined,
        commands: [kubectl(workload.ref, `edit ${called(workload.ref).replace(' ', '/')}`)],
      },
    ];
  });

const isServiceName = ({ service }: Endpoint) => service !== undefined;

function lackIn({ hostNetwork, dnsPolicy = 'ClusterFirst', dnsConfig }: PodSpec) {
  if (dnsConfig?.nameservers?.length) return undefined;
  if (dnsPolicy === 'None')
    return {
      path: 'dnsPolicy',
      value: 'None, without dnsConfig.nameservers',
      cause: 'dnsPolicy None without nameservers leaves the pod without DNS.',
      remedy: 'Set dnsConfig.nameservers, or dnsPolicy ClusterFirst.',
    };
  if (dnsPolicy === 'Default')
    return {
      path: 'dnsPolicy',
      value: 'Default',
      cause: 'dnsPolicy Default asks the DNS of the node, which does not know the names of Services.',
      remedy: 'Set dnsPolicy ClusterFirst.',
    };
  if (!hostNetwork || dnsPolicy !== 'ClusterFirst') return undefined;
  return {
    path: 'hostNetwork',
    value: 'true, with dnsPolicy ClusterFirst',
    cause:
      'On the host network ClusterFirst falls back to the DNS of the node, which does not know the names of Services.',
    remedy: 'Set dnsPolicy ClusterFirstWithHostNet.',
  };
}
