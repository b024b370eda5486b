import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { InputError, isNamed } from '#shared/domain/errors.ts';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import type { Target } from '#shared/domain/target.ts';
import { systemClock } from '#shared/ports/clock.ts';
import { snapshotFromList } from '#shared/snapshot/from-list.ts';
import { jsonOf, parseSnapshot } from '#shared/snapshot/stored.ts';
import { documentsIn, readDump } from './read-dump.ts';
import { readInput } from './read-input.ts';

/** The namespace that most objects of a List are in: what a person has cut out of a cluster is mostly of one. */
function commonNamespace(json: unknown): string | undefined {
  const lists = (Array.isArray(json) ? json : [json]) as ({ items?: unknown } | null)[];
  const counts = new Map<string, number>();
  const items = lists.flatMap((list) => (Array.isArray(list?.items) ? list.items : [list]));
  for (const item of items as ({ metadata?: { namespace?: string } } | null)[]) {
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
  const folder = resolve(cwd, file);
  if (file !== '-' && statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    return readFolder(file, folder, targetFor);
  const body = await readInput('--snapshot', file, cwd);
  const sha256 = createHash('sha256').update(body).digest('hex');
  try {
    const json = /\.ya?ml$/.test(file) ? documentsIn(file, body.toString('utf8')) : jsonOf(body);
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

/** A dump is judged as of the time it was made. */
async function readFolder(file: string, folder: string, targetFor: (of: LookedAt) => Target) {
  try {
    const { documents, logs, at } = await readDump(folder);
    const target = targetFor({ namespace: commonNamespace(documents) });
    const snapshot = snapshotFromList(documents, { target, clock: { now: () => at }, logs });
    return { snapshot, target, sha256: createHash('sha256').update(JSON.stringify(snapshot)).digest('hex') };
  } catch (error) {
    if (isNamed(error)) throw new InputError(`--snapshot ${file}: ${error.message}`, { cause: error });
    throw error;
  }
}
