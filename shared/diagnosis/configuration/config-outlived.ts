import { writtenAt } from '../changes.ts';
import { troubleOf } from '../container-state.ts';
import { aboutIn, failureIn } from '../failure-messages.ts';
import { ENOUGH_RECORDS, presentRecords, quoted, recentRecords, type SaidRecord } from '../log-records.ts';
import type { ContainerView, Ref, WorkloadView } from '../model.ts';
import { textsOf } from '../needs.ts';
import { called, evidence, inWorkload, kubectl, type Rule, type Sighting } from '../rule.ts';
import type { ClusterView } from '../view.ts';
import { startedBefore } from './config-stale.ts';

/**
 * What a process has kept from before its ConfigMap or Secret was changed, as its effects show: it still looks for a host
 * that nothing names any more, or serves a certificate that ran out though the file has a new one.
 */
export const rule: Rule = (view) =>
  view.workloads.flatMap((workload) => {
    const sources = new Map(view.references(workload).map((one) => [`${one.kind}/${one.name}`, one]));
    return [...sources.values()].flatMap((source): Sighting[] => {
      const at: Ref = { kind: source.kind, namespace: workload.ref.namespace, name: source.name };
      const isFrozen = source.kind === 'ConfigMap' && source.frozen;
      if (!isFrozen && !isCertificate(view, at)) return [];
      const changed = writtenAt(view, at);
      const old = changed === undefined ? [] : startedBefore(workload, changed);
      if (changed === undefined || old.length === 0) return [];
      const shown = isFrozen ? oldHost(view, workload, old) : oldCertificate(view, workload);
      return shown ? [sighting(workload, at, changed, shown)] : [];
    });
  });

const isCertificate = (view: ClusterView, { kind, namespace, name }: Ref): boolean =>
  kind === 'Secret' && view.secret(namespace, name)?.keys?.includes('tls.crt') === true;

interface Shown {
  says: string;
  record: SaidRecord;
  container: ContainerView;
}

const OF_A_HOST = new Set(['dns-resolution-failing', 'external-endpoint-unreachable']);

/** A host that they do not reach, and that stands nowhere in their configuration as it is now. */
function oldHost(view: ClusterView, workload: WorkloadView, containers: ContainerView[]): Shown | undefined {
  for (const container of containers) {
    const inTrouble = troubleOf(view, container) !== undefined;
    const failures = presentRecords(view, container, inTrouble).flatMap((record) => {
      const failure = failureIn(record);
      return failure && OF_A_HOST.has(failure.code) ? [{ record, host: hostIn(aboutIn(failure, record)) }] : [];
    });
    if (failures.length < (inTrouble ? 1 : ENOUGH_RECORDS)) continue;
    const named = failures.flatMap(({ record, host }) => (host ? [{ record, host }] : []));
    const last = named.at(-1);
    if (!last) continue;
    const texts = [...textsOf(workload, view.configMap)];
    if (named.every(({ host }) => !texts.some(({ value }) => hasHost(value, host))))
      return { says: `still looks for ${last.host}, which nothing names any more`, record: last.record, container };
  }
  return undefined;
}

const hostIn = (address: string | undefined): string | undefined => address?.split(/[:/]/, 1)[0] || undefined;

/** As a word of its own: `postgres` is not `postgres-v17`. */
const hasHost = (text: string, host: string): boolean =>
  text.split(/[^\w.-]+/).some((word) => word === host || word.startsWith(`${host}.`) || host.startsWith(`${word}.`));

const RAN_OUT =
  /expired certificate|certificate (?:has|is) expired|certificate expired|CERT_HAS_EXPIRED|CertificateExpired|CertPathValidatorException: validity check failed/;

/** A certificate that has been renewed in its file, and of which they or their clients say that it ran out. */
function oldCertificate(view: ClusterView, workload: WorkloadView): Shown | undefined {
  const clients = workload.services.flatMap(({ ref }) => view.clients(ref));
  for (const { pods } of new Set([workload, ...clients])) {
    for (const container of pods.flatMap(({ containers }) => containers)) {
      const said = recentRecords(view, container).filter(({ text }) => RAN_OUT.test(text));
      const last = said.at(-1);
      if (last && said.length >= ENOUGH_RECORDS)
        return { says: 'serves a certificate that ran out, and has been renewed', record: last, container };
    }
  }
  return undefined;
}

function sighting(workload: WorkloadView, at: Ref, changed: number, { says, record, container }: Shown): Sighting {
  const time = new Date(changed).toISOString();
  return {
    code: 'config-stale-in-pods',
    ...inWorkload(workload),
    confidence: 'likely',
    title: `${called(workload.ref)} ${says}: ${called(at)} was changed after it had started`,
    cause:
      'A process that reads its configuration at its start alone has the old one, whatever stands in the file now.',
    evidence: [
      evidence(at, 'metadata.managedFields[*].time', time, time),
      evidence(container.pod.ref, `log of ${container.name}`, quoted(record)),
    ],
    since: changed,
    commands: [kubectl(workload.ref, `rollout restart ${workload.ref.kind.toLowerCase()}/${workload.ref.name}`)],
  };
}
