import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { InputError, isNamed } from '#shared/domain/errors.ts';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import type { Target } from '#shared/domain/target.ts';
import { systemClock } from '#shared/ports/clock.ts';
import { snapshotFromList } from '#shared/snapshot/from-list.ts';
import { parseSnapshot } from '#shared/snapshot/stored.ts';
import { readInput } from './read-input.ts';

const GZIP_MAGIC = 0x1f8b;

function jsonOf(body: Buffer, file: string): unknown {
  try {
    const plain = body.length > 1 && body.readUInt16BE() === GZIP_MAGIC ? gunzipSync(body) : body;
    return JSON.parse(plain.toString('utf8'));
  } catch {
    throw new InputError(
      `--snapshot ${file}: is no JSON: give a stored snapshot, or what "kubectl get all,cm,events -o json" writes`,
    );
  }
}

/** The namespace that most objects of a List are in: what a person has cut out of a cluster is mostly of one. */
function commonNamespace(json: unknown): string | undefined {
  const { items } = json as { items?: { metadata?: { namespace?: string } }[] };
  const counts = new Map<string, number>();
  for (const item of Array.isArray(items) ? items : []) {
    const namespace = item?.metadata?.namespace;
    if (typeof namespace === 'string') counts.set(namespace, (counts.get(namespace) ?? 0) + 1);
  }
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0];
}

const isStored = (json: unknown): boolean => typeof json === 'object' && json !== null && 'schemaVersion' in json;

/**
 * A snapshot from a file or stdin (`-`): one that the medic has stored, or a plain List of objects, which is redacted
 * here. `targetFor` is told what the look itself says of its target and namespace.
 */
export async function readSnapshot(
  file: string,
  cwd: string,
  targetFor: (of: { target?: string; namespace?: string }) => Target,
): Promise<{ snapshot: Snapshot; target: Target; sha256: string }> {
  const body = await readInput('--snapshot', file, cwd);
  const sha256 = createHash('sha256').update(body).digest('hex');
  const json = jsonOf(body, file);
  try {
    if (isStored(json)) {
      const snapshot = parseSnapshot(body);
      return {
        snapshot,
        target: targetFor({
          target: snapshot.target,
          ...(snapshot.namespaces[0] && { namespace: snapshot.namespaces[0] }),
        }),
        sha256,
      };
    }
    const namespace = commonNamespace(json);
    const target = targetFor({ ...(namespace !== undefined && { namespace }) });
    return { snapshot: snapshotFromList(json, { target, clock: systemClock }), target, sha256 };
  } catch (error) {
    if (isNamed(error)) throw new InputError(`--snapshot ${file}: ${error.message}`, { cause: error });
    throw error;
  }
}
