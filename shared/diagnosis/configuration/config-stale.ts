import { changedAt } from '../changes.ts';
import { millis, type WorkloadView } from '../model.ts';
import { called, evidence, inWorkload, kubectl, type Rule } from '../rule.ts';

/** The kubelet's view of a ConfigMap may lag by its sync period and cache, about a minute and a half. */
const LAG_MS = 90_000;

/** A ConfigMap or Secret changed after the running containers read it into variables or subPath mounts. */
export const rule: Rule = (view) =>
  view.workloads.flatMap((workload) => {
    const frozen = view.references(workload).filter(({ frozen: fixed }) => fixed);
    const sources = new Map(frozen.map((reference) => [`${reference.kind}/${reference.name}`, reference]));
    return [...sources.values()].flatMap(({ kind, name, path }) => {
      const { namespace } = workload.ref;
      const changed =
        kind === 'Secret'
          ? millis(view.secret(namespace, name)?.changedAt)
          : changedAt(view.configMap(namespace, name));
      if (changed === undefined) return [];
      const oldest = oldestIn(workload);
      if (oldest === undefined || changed <= oldest + LAG_MS) return [];
      const at = { kind, namespace, name };
      return [
        {
          code: 'config-stale-in-pods' as const,
          ...inWorkload(workload),
          confidence: 'likely' as const,
          title: `${called(workload.ref)} runs with an older state of ${called(at)}`,
          evidence: [
            evidence(
              at,
              'metadata.managedFields[*].time',
              new Date(changed).toISOString(),
              new Date(changed).toISOString(),
            ),
            evidence(workload.ref, `spec.template.${path}`, name),
            evidence(
              workload.ref,
              'oldest running container',
              new Date(oldest).toISOString(),
              new Date(oldest).toISOString(),
            ),
          ],
          since: changed,
          commands: [kubectl(workload.ref, `rollout restart ${workload.ref.kind.toLowerCase()}/${workload.ref.name}`)],
        },
      ];
    });
  });

/** Since when the oldest container runs that runs now. */
const oldestIn = ({ pods }: WorkloadView): number | undefined =>
  pods
    .flatMap(({ containers }) => containers.map(({ status }) => millis(status?.state?.running?.startedAt)))
    .reduce((a, b) => (a !== undefined && b !== undefined ? Math.min(a, b) : (a ?? b)), undefined);
