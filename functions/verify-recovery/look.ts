import { newPods } from '#shared/actions/new-pods.ts';
import type { RecoveryFacts } from '#shared/actions/recovery.ts';
import { ROLLED, type RolledOwner } from '#shared/actions/workload-ref.ts';
import type { diagnose } from '#shared/diagnosis/diagnose.ts';
import type { Workload } from '#shared/domain/kubernetes.ts';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import type { Target } from '#shared/domain/target.ts';
import type { Ports } from '#shared/ports/ports.ts';
import { RESOURCES } from '#shared/ports/resources.ts';
import { collectSnapshot } from '#shared/snapshot/collect.ts';
import { checkName } from '#shared/snapshot/read-objects.ts';
import { UNREACHABLE } from '#shared/snapshot/unreachable.ts';

export interface LookOptions {
  target: Target;
  owner: RolledOwner | undefined;
  signal: AbortSignal;
  /** milliseconds for the whole look */
  deadlineMs: number;
}

export interface Look extends Pick<RecoveryFacts, 'workload' | 'pods' | 'podsUnread'> {
  snapshot: Snapshot;
  diagnosed: ReturnType<typeof diagnose>;
}

/** Reads the workload itself and a fresh snapshot, and diagnoses that. Throws ClusterError. */
export async function look(
  { clusters, clock, config }: Pick<Ports, 'clusters' | 'clock' | 'config'>,
  { target, owner, signal, deadlineMs }: LookOptions,
): Promise<Look> {
  const one = { signal, timeoutMs: deadlineMs / 4 };
  const cluster = await clusters.open(target, one);
  const workload = owner && (await cluster.get<Workload>(RESOURCES[ROLLED[owner.kind]], owner, one));
  const snapshot = await collectSnapshot(cluster, target, { clock, signal, deadlineMs: deadlineMs / 2 });
  const { diagnose } = await import('#shared/diagnosis/diagnose.ts');
  const diagnosed = diagnose(snapshot, { target, ignore: config.ignore, now: clock.now() });
  const pods = owner && workload ? newPods(snapshot, owner, workload) : [];
  // Pods of another namespace are no part of the workload.
  const decisive = [checkName('pods', owner?.namespace ?? target.namespace, target), UNREACHABLE];
  const podsUnread = snapshot.coverage.notChecked.find(({ check }) => decisive.includes(check))?.why;
  return { workload, pods, podsUnread, snapshot, diagnosed };
}
