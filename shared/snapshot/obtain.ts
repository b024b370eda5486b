import type { Snapshot } from '#shared/domain/snapshot.ts';
import type { Target } from '#shared/domain/target.ts';
import type { Ports } from '#shared/ports/ports.ts';
import type { StepContext } from '#shared/ports/step.ts';
import { storeSnapshot } from './place.ts';
import { loadSnapshot } from './stored.ts';
import { LOOK_SHARE, takeSnapshot } from './take.ts';

/** A stored snapshot, else a fresh look, stored so that what is said of it can be said again. */
export async function obtainSnapshot(
  { clusters, clock, store }: Pick<Ports, 'clusters' | 'clock' | 'store'>,
  event: { snapshotKey?: string | undefined; incidentId?: string | undefined },
  target: Target,
  { signal, remainingMs }: StepContext,
): Promise<{ snapshot: Snapshot; at: { key: string; sha256: string } }> {
  if (event.snapshotKey !== undefined) {
    const { snapshot, sha256 } = await loadSnapshot(store, event.snapshotKey);
    return { snapshot, at: { key: event.snapshotKey, sha256 } };
  }
  const deadlineMs = remainingMs() * LOOK_SHARE;
  const snapshot = await takeSnapshot(clusters, target, { clock, signal, deadlineMs });
  return { snapshot, at: await storeSnapshot(store, snapshot, event.incidentId) };
}
