import type { PodSpec } from '#shared/domain/kubernetes.ts';
import type { Endpoint } from '../endpoints.ts';
import { ENOUGH_RECORDS, quoted, recentRecords } from '../log-records.ts';
import { keyOf, type Ref, type WorkloadView } from '../model.ts';
import { needsOf } from '../needs.ts';
import { revisionsOf } from '../revisions.ts';
import { called, evidence, inWorkload, kubectl, type Rule } from '../rule.ts';
import type { ClusterView } from '../view.ts';

/** A pod that does not ask the cluster DNS, though its configuration has the name of a Service. */
export const rule: Rule = (view) =>
  view.workloads.flatMap((workload) => {
    const lack = lackIn(workload.template);
    const named = lack && (view.endpoints(workload).find(isServiceName) ?? missedName(view, workload));
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
          ...('said' in named ? [named.said] : []),
        ],
        since: named.source === keyOf(workload.ref) ? revisionsOf(workload)[0]?.appeared : undefined,
        commands: [kubectl(workload.ref, `edit ${called(workload.ref).replace(' ', '/')}`)],
      },
    ];
  });

/** A Service that its configuration names for anything else, where its log says that names do not resolve. */
function missedName(view: ClusterView, workload: WorkloadView) {
  const exists = ({ namespace, name }: Ref) => view.service(namespace, name) !== undefined;
  const [need] = needsOf(workload, view.configMap, exists);
  if (!need) return undefined;
  for (const container of workload.pods.flatMap(({ containers }) => containers)) {
    const said = recentRecords(view, container).filter((record) => record.cause === 'dns');
    const last = said.at(-1);
    if (last && said.length >= ENOUGH_RECORDS)
      return {
        ...need,
        url: need.address,
        said: evidence(container.pod.ref, `log of ${container.name}`, quoted(last)),
      };
  }
  return undefined;
}

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
