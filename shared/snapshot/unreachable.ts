import { RESOURCE_NAMES, type Snapshot } from '#shared/domain/snapshot.ts';
import type { Target } from '#shared/domain/target.ts';
import type { Clock } from '#shared/ports/clock.ts';
import { emptyObjects } from './empty.ts';

/**
 * The one check that a cluster out of reach leaves undone. It names every kind, so that whoever asks whether pods were
 * read finds that they were not.
 */
export const UNREACHABLE = `cluster (${[...RESOURCE_NAMES, 'secrets', 'logs'].join(', ')})`;

/** Why nothing at all could be read; undefined for a snapshot of a cluster that answered. */
export const unreachableWhy = ({ coverage }: Snapshot): string | undefined =>
  coverage.notChecked.find(({ check }) => check === UNREACHABLE)?.why;

/** A look that ended before it began: evidence all the same. */
export async function unreachableSnapshot(
  target: Target,
  clusterName: string,
  why: string,
  clock: Clock,
): Promise<Snapshot> {
  const { redactSnapshot } = await import('./redact-snapshot.ts');
  return redactSnapshot({
    schemaVersion: 1,
    target: target.name,
    cluster: { name: clusterName },
    namespaces: [target.namespace],
    at: clock.now().toISOString(),
    durationMs: 0,
    objects: emptyObjects(),
    secrets: [],
    absentSecrets: [],
    logs: [],
    configFacts: [],
    coverage: { checked: [], notChecked: [{ check: UNREACHABLE, why }] },
  });
}
