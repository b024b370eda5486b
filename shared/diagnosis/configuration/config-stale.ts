import { writtenAt } from '../changes.ts';
import { troubleOf } from '../container-state.ts';
import { ENOUGH_RECORDS, presentRecords, quoted } from '../log-records.ts';
import { type ContainerView, millis, type WorkloadView } from '../model.ts';
import { called, evidence, inWorkload, kubectl, type Rule, type Sighting } from '../rule.ts';
import type { ClusterView } from '../view.ts';

/** The kubelet's view of a ConfigMap may lag by its sync period and cache, about a minute and a half. */
const LAG_MS = 90_000;

/** As databases, brokers and APIs refuse a login. Rights of the cluster, the cloud or a file stand in no Secret. */
const REFUSED =
  /(?:password )?authentication (?:failed|failure|required|error)|WRONGPASS|invalid (?:user ?name|password|credentials|api[ -]?key)|access denied for user|login failed|unauthenticated|\b401 unauthorized|(?:status|code|http)[^\w\n]{0,4}401\b/i;

/**
 * A ConfigMap or Secret changed after the running containers read it into variables or subPath mounts. Advice, until
 * they say that their credentials are refused: then the other side has the new ones.
 */
export const rule: Rule = (view) =>
  view.workloads.flatMap((workload) => {
    const frozen = view.references(workload).filter(({ frozen: fixed }) => fixed);
    const sources = new Map(frozen.map((reference) => [`${reference.kind}/${reference.name}`, reference]));
    return [...sources.values()].flatMap(({ kind, name, path }): Sighting[] => {
      const at = { kind, namespace: workload.ref.namespace, name };
      const changed = writtenAt(view, at);
      const oldest = changed === undefined ? undefined : oldestIn(workload);
      if (changed === undefined || oldest === undefined || changed <= oldest + LAG_MS) return [];
      const refusal = kind === 'Secret' ? refusalIn(view, startedBefore(workload, changed - LAG_MS)) : [];
      const time = new Date(changed).toISOString();
      return [
        {
          code: 'config-stale-in-pods',
          ...inWorkload(workload),
          confidence: 'likely',
          title: `${called(workload.ref)} runs with an older state of ${called(at)}${refusal.length > 0 ? ', and its credentials are refused' : ''}`,
          evidence: [
            evidence(at, 'metadata.managedFields[*].time', time, time),
            evidence(workload.ref, `spec.template.${path}`, name),
            evidence(workload.ref, 'oldest running container', new Date(oldest).toISOString()),
            ...refusal,
          ],
          since: changed,
          commands: [kubectl(workload.ref, `rollout restart ${workload.ref.kind.toLowerCase()}/${workload.ref.name}`)],
        },
      ];
    });
  });

const startOf = ({ status }: ContainerView): number | undefined => millis(status?.state?.running?.startedAt);

/** Since when the oldest container runs that runs now; milliseconds. */
function oldestIn({ pods }: WorkloadView): number | undefined {
  let oldest: number | undefined;
  for (const { containers } of pods)
    for (const container of containers) {
      const started = startOf(container);
      if (started !== undefined && (oldest === undefined || started < oldest)) oldest = started;
    }
  return oldest;
}

/** The containers of now that have run since before that time; milliseconds. */
export const startedBefore = ({ pods }: WorkloadView, time: number): ContainerView[] =>
  pods.flatMap(({ containers }) => containers).filter((container) => (startOf(container) ?? time) < time);

/** That somebody refuses their credentials, as the last of them to say so has it. */
function refusalIn(view: ClusterView, containers: ContainerView[]): Sighting['evidence'] {
  for (const container of containers) {
    const inTrouble = troubleOf(view, container) !== undefined;
    const said = presentRecords(view, container, inTrouble).filter(
      ({ level, text }) => level !== 'info' && level !== 'debug' && REFUSED.test(text),
    );
    const last = said.at(-1);
    if (!last || said.length < (inTrouble ? 1 : ENOUGH_RECORDS)) continue;
    return [evidence(container.pod.ref, `log of ${container.name}`, quoted(last))];
  }
  return [];
}
