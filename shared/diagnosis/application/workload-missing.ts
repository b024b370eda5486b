import type { ResourceName } from '#shared/domain/snapshot.ts';
import { expectedObjects } from '#shared/domain/target.ts';
import { called, evidence, kubectl, type Rule } from '../rule.ts';

const KINDS: Record<string, [kind: string, plural: ResourceName]> = {
  deployment: ['Deployment', 'deployments'],
  statefulset: ['StatefulSet', 'statefulsets'],
  daemonset: ['DaemonSet', 'daemonsets'],
};

/** A workload that the target names is not there. The Collector that nobody named counts only if its Service exists. */
export const rule: Rule = (view) => {
  const { target } = view;
  const { collector } = expectedObjects(target);
  const wanted = target.workloads === 'all' ? [] : target.workloads.map((name) => ({ name, from: 'workloads' }));
  const assumed = target.collector === undefined && !view.service(target.namespace, collector?.service ?? '');
  if (collector && !assumed) wanted.push({ name: collector.workload, from: 'collector.workload' });

  return wanted.flatMap(({ name, from }) => {
    const [lower = '', workload = ''] = name.split('/');
    const known = KINDS[lower];
    if (!known) return [];
    const at = { kind: known[0], namespace: target.namespace, name: workload };
    if (!view.knows(known[1], target.namespace) || view.workload(at)) return [];
    return [
      {
        code: 'workload-missing' as const,
        at,
        severity: from === 'workloads' ? ('P0' as const) : ('P1' as const),
        title: `${called(at)} does not exist`,
        evidence: [
          evidence('medic.config.ts', `targets[${target.name}].${from}`, name),
          evidence(at, 'metadata.name', 'not found'),
        ],
        commands: [kubectl(at, `get ${known[1]}`)],
      },
    ];
  });
};
