import { createHash } from 'node:crypto';
import { InputError, isNamed } from '#shared/domain/errors.ts';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import type { Target } from '#shared/domain/target.ts';
import { systemClock } from '#shared/ports/clock.ts';
import { snapshotFromList } from '#shared/snapshot/from-list.ts';
import { jsonOf, parseSnapshot } from '#shared/snapshot/stored.ts';
import { readInput } from './read-input.ts';

/** The namespace that most objects of a List are in: what a person has cut out of a cluster is mostly of one. */
function commonNamespace(json: unknown): string | undefined {
  const { items } = (json ?? {}) as { items?: ({ metadata?: { namespace?: string } } | null)[] };
  const counts = new Map<string, number>();
  for (const item of Array.isArray(items) ? items : []) {
    const namespace = item?.metadata?.namespace;
    if (typeof namespace === 'string') counts.set(namespace, (counts.get(namespace) ?? 0) + 1);
  }
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0];
}

const isStored = (json: unknown): boolean => typeof json === 'object' && json !== null && 'schemaVersion' in json;

/** What a saved look says of what was looked at. */
export interface LookedAt {
  target?: string;
  namespace?: string | undefined;
}

/**
 * A snapshot from a file or stdin (`-`): one that the medic has stored, or a plain List of objects, which is redacted
 * here. `targetFor` is told what the look itself says of its target and namespace.
 */
export async function readSnapshot(
  file: string,
  cwd: string,
  targetFor: (of: LookedAt) => Target,
): Promise<{ snapshot: Snapshot; target: Target; sha256: string }> {
  const body = await readInput('--snapshot', file, cwd);
  const sha256 = createHash('sha256').update(body).digest('hex');
  try {
    const json = jsonOf(body);
    if (isStored(json)) {
      const snapshot = parseSnapshot(body);
      const [namespace] = snapshot.namespaces;
      return { snapshot, target: targetFor({ target: snapshot.target, namespace }), sha256 };
    }
    const namespace = commonNamespace(json);
    const target = targetFor({ namespace });
    return { snapshot: snapshotFromList(json, { target, clock: systemClock }), target, sha256 };
  } catch (error) {
    if (isNamed(error)) throw new InputError(`--snapshot ${file}: ${error.message}`, { cause: error });
    throw error;
  }
}
