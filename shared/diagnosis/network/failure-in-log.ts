import type { Code } from '../catalogue.ts';
import { collectorsOf } from '../collector.ts';
import { troubleOf } from '../container-state.ts';
import { ABOUT_RIGHTS, aboutIn, FAILURE_MESSAGES, failureIn } from '../failure-messages.ts';
import { ENOUGH_RECORDS, presentRecords, quoted, type SaidRecord } from '../log-records.ts';
import type { ContainerView } from '../model.ts';
import { servicesOf } from '../needs.ts';
import { evidence, inContainer, kubectl, ownerName, type Rule, type Sighting } from '../rule.ts';
import type { ClusterView } from '../view.ts';

/** What containers say about names, connections and rights that fail them, in the words of their libraries. */
export const rule: Rule = (view) => {
  const collectors = new Set(collectorsOf(view));
  return view.logged.flatMap((container) => {
    const { workload } = container.pod;
    const isCollector = workload !== undefined && collectors.has(workload);
    const inTrouble = troubleOf(view, container) !== undefined;
    const records = Map.groupBy(presentRecords(view, container, inTrouble), failureIn);
    return FAILURE_MESSAGES.flatMap((message): Sighting[] => {
      // What a Collector says of the way to its backend has rules of its own.
      if (isCollector && !ABOUT_RIGHTS.has(message.code)) return [];
      const own = records.get(message) ?? [];
      const last = own.at(-1);
      const about = last && aboutIn(message, last);
      if (!last || own.length < (inTrouble ? 1 : ENOUGH_RECORDS)) return [];
      if (message.code === 'external-endpoint-unreachable' && !isOutside(view, container, about)) return [];
      return [sighting(container, message.code, own, last, about)];
    });
  });
};

/** Not a Service or pod that was read: those have faults of their own. */
function isOutside({ service, pods, services }: ClusterView, { pod }: ContainerView, about = ''): boolean {
  const [host = ''] = about.split(/[:/]/, 1);
  if (host === '' || host === 'localhost' || host.startsWith('127.')) return false;
  const [name = '', namespace = pod.ref.namespace] = host.split('.');
  if (service(namespace, name) || servicesOf(host, pod.ref.namespace).some((one) => service(one.namespace, one.name)))
    return false;
  return (
    !services.some(({ object }) => object.spec?.clusterIP === host) &&
    !pods.some(({ object }) => object.status?.podIP === host)
  );
}

function sighting(
  container: ContainerView,
  code: Code,
  records: SaidRecord[],
  last: SaidRecord,
  about?: string,
): Sighting {
  const { pod, name } = container;
  const says = TITLES[code] ?? 'fails';
  return {
    code,
    ...inContainer(container),
    severity: 'P2',
    confidence: 'likely',
    title: `${ownerName(container)} ${says}${about ? ` (${about.replaceAll('"', '')})` : ''}`,
    cause: `Its log says so${records.length > 1 ? ` ${records.length} times, at last` : ''}: ${quoted(last).slice(0, 300)}`,
    evidence: [
      evidence(pod.ref, `log of ${name}`, quoted(last), last.at === undefined ? null : new Date(last.at).toISOString()),
    ],
    since: records[0]?.at,
    commands: [...commandsFor(container, code, about), kubectl(pod.ref, `logs ${pod.ref.name} -c ${name} --tail=50`)],
  };
}

function commandsFor({ pod, name }: ContainerView, code: Code, about?: string): string[] {
  const { serviceAccountName = 'default' } = pod.object.spec ?? {};
  if (code === 'aws-credentials-failing') return [kubectl(pod.ref, `get serviceaccount ${serviceAccountName} -o yaml`)];
  const right = /^(system:[^"]+)" cannot (\w+) resource "([^"]+)"/.exec(about ?? '');
  if (right) return [kubectl(pod.ref, `auth can-i ${right[2]} ${right[3]} --as=${right[1]}`)];
  return code === 'dns-resolution-failing' && about
    ? [kubectl(pod.ref, `exec ${pod.ref.name} -c ${name} -- nslookup ${about}`)]
    : [];
}

const TITLES: Partial<Record<Code, string>> = {
  'rbac-forbidden': 'is refused by the Kubernetes API',
  'aws-credentials-failing': 'has no AWS credentials that are accepted',
  'dns-resolution-failing': 'cannot resolve a name',
  'external-endpoint-unreachable': 'cannot reach a dependency',
};
