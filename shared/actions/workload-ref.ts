import type { Diagnosis } from '#shared/domain/diagnosis.ts';
import type { Owner } from '#shared/domain/finding.ts';
import type { Target, WorkloadRef } from '#shared/domain/target.ts';

/** The kinds that have a rollout, by the plural that the API uses. */
export const ROLLED = { Deployment: 'deployments', StatefulSet: 'statefulsets', DaemonSet: 'daemonsets' } as const;
export type RolledKind = keyof typeof ROLLED;
export type RolledOwner = Owner & { kind: RolledKind };

const KINDS = Object.keys(ROLLED) as RolledKind[];

/** Whether the object has a rollout that can be restarted. */
export const isRolled = (owner: Owner | undefined): owner is RolledOwner => KINDS.some((kind) => kind === owner?.kind);

export const refText = ({ kind, name }: Owner): WorkloadRef => `${kind.toLowerCase()}/${name}`;

/** The object that `deployment/otlp-app` names. */
export function ownerOf(ref: WorkloadRef, namespace: string): RolledOwner {
  const [word, name = ''] = ref.split('/');
  return { kind: KINDS.find((kind) => kind.toLowerCase() === word) ?? 'Deployment', namespace, name };
}

/** Whether the target's configuration puts the workload into the medic's hands. */
export const isOfTarget = (target: Target, owner: Owner): boolean =>
  owner.namespace === target.namespace &&
  (target.workloads === 'all' || target.workloads.some((ref) => ref === refText(owner)));

/**
 * The workload that a restart is for: that of the first root cause which a restart can help; without one the target's
 * first. Undefined for a target of all workloads of which none is at fault.
 */
export function restartSubject(target: Target, diagnosis?: Diagnosis): RolledOwner | undefined {
  const helped = diagnosis?.rootCauses.filter(({ actions }) => actions.includes('restart')) ?? [];
  const owner = helped.map((root) => root.owner ?? root.subject).find(isRolled);
  if (owner) return { kind: owner.kind, namespace: owner.namespace, name: owner.name };
  const [first] = target.workloads === 'all' ? [] : target.workloads;
  return first === undefined ? undefined : ownerOf(first, target.namespace);
}
