import type { KubeObject } from '#shared/domain/kubernetes.ts';
import { evidence, kubectl, type Rule } from '../rule.ts';

/** The namespace of the target is gone or going. */
export const rule: Rule = (view) => {
  const { namespace, name } = view.target;
  const found = view.snapshot.objects.namespaces.find(({ metadata }) => metadata.name === namespace);
  const phase = (found as (KubeObject & { status?: { phase?: string } }) | undefined)?.status?.phase;
  const missing = !found && view.knows('namespaces');
  if (!missing && phase !== 'Terminating') return [];
  const at = { kind: 'Namespace', namespace: '', name: namespace };
  return [
    {
      code: 'namespace-missing-or-terminating' as const,
      at,
      severity: 'P0' as const,
      title: missing ? `namespace ${namespace} does not exist` : `namespace ${namespace} is being deleted`,
      evidence: missing
        ? [
            evidence('medic.config.ts', `targets[${name}].namespace`, namespace),
            evidence(at, 'metadata.name', 'not found'),
          ]
        : [evidence(at, 'status.phase', 'Terminating', found?.metadata.deletionTimestamp)],
      commands: [kubectl(at, 'get namespaces')],
    },
  ];
};
