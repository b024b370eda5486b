import { changedAt } from '../changes.ts';
import { millis } from '../model.ts';
import { called, evidence, inWorkload, kubectl, type Rule } from '../rule.ts';

/** The kubelet's view of a ConfigMap may lag by its sync period and cache, about a minute and a half. */
const LAG_MS = 90_000;

/** A ConfigMap changed after the running containers read it into variables or subPath mounts. */
export const rule: Rule = (view) =>
  view.workloads.flatMap((workload) => {
    const frozen = view.references(workload).filter(({ kind, frozen: fixed }) => kind === 'ConfigMap' && fixed);
    const names = [...new Set(frozen.map(({ name }) => name))];
    const oldest = workload.pods
      .flatMap(({ containers }) => containers.map(({ status }) => millis(status?.state?.running?.startedAt)))
      .reduce((a, b) => (a !== undefined && b !== undefined ? Math.min(a, b) : (a ?? b)), undefined);
    return names.flatMap((name) => {
      const changed = changedAt(view.configMap(workload.ref.namespace, name));
      if (changed === undefined || oldest === undefined || changed <= oldest + LAG_MS) return [];
      const at = { kind: 'ConfigMap', namespace: workload.ref.namespace, name };
      const path = frozen.find((reference) => reference.name === name)?.path ?? '';
      return [
        {
          code: 'config-stale-in-pods' as const,
          ...inWorkload(workload),
          confidence: 'likely' as const,
          title: `${called(workload.ref)} runs with an older state of configmap ${name}`,
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
