import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { InputError } from '#shared/domain/errors.ts';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import type { Store } from '#shared/ports/store.ts';
import { emptyObjects } from './empty.ts';

const GZIP_MAGIC = 0x1f8b;
/** The header byte that names the operating system; 255 = unknown, so that the same snapshot has the same bytes anywhere. */
const GZIP_OS = 9;
/** A snapshot of 10,000 pods is about 40 MB; more than this is a bomb, not a snapshot. */
const LARGEST = 512 * 1024 * 1024;

/** The same bytes for the same snapshot, so that a hash proves what a diagnosis was made of. */
export function snapshotBytes(snapshot: Snapshot): Buffer {
  const bytes = gzipSync(JSON.stringify(snapshot));
  bytes.writeUInt8(0xff, GZIP_OS);
  return bytes;
}

const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Create-once: evidence is never overwritten. Throws StoreConflict when the key is taken. */
export async function saveSnapshot(
  store: Pick<Store, 'create'>,
  key: string,
  snapshot: Snapshot,
): Promise<{ key: string; sha256: string }> {
  const bytes = snapshotBytes(snapshot);
  await store.create(key, bytes);
  return { key, sha256: sha256Of(bytes) };
}

/** Throws InputError when there is no snapshot at that key. */
export async function loadSnapshot(
  store: Pick<Store, 'read'>,
  key: string,
): Promise<{ snapshot: Snapshot; sha256: string }> {
  const found = await store.read(key);
  if (!found) throw new InputError(`no snapshot at "${key}": collect-snapshot stores one and answers with its key`);
  return { snapshot: parseSnapshot(found.body), sha256: sha256Of(found.body) };
}

/** JSON, gzipped or plain, without a word about what it means. Throws InputError. */
export function jsonOf(bytes: Buffer): unknown {
  if (bytes.length === 0) throw new InputError('the file is empty');
  const gzipped = bytes.length > 1 && bytes.readUInt16BE() === GZIP_MAGIC;
  let text: string;
  try {
    text = (gzipped ? gunzipSync(bytes, { maxOutputLength: LARGEST }) : bytes).toString('utf8');
  } catch {
    throw new InputError('is gzip, but damaged or cut short');
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new InputError('is not JSON: give a snapshot of the medic, or what "kubectl get ... -o json" writes');
  }
}

/** A snapshot as the medic stores it, gzipped or plain. Throws InputError for anything else. */
export function parseSnapshot(bytes: Buffer): Snapshot {
  const json = jsonOf(bytes);
  if (!isSnapshot(json)) throw new InputError(`is JSON, but no snapshot of the medic${otherVersion(json)}`);
  return { ...json, objects: { ...emptyObjects(), ...json.objects } };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const otherVersion = (json: unknown): string => {
  const version = isObject(json) ? json.schemaVersion : undefined;
  return typeof version === 'number' && version !== 1 ? ` that can be read here: schemaVersion ${version}, not 1` : '';
};

function isSnapshot(json: unknown): json is Snapshot {
  if (!isObject(json) || json.schemaVersion !== 1 || !isObject(json.objects) || !isObject(json.coverage)) return false;
  const lists = [json.namespaces, json.secrets, json.absentSecrets, json.logs, json.configFacts];
  const words = [json.target, json.at];
  return (
    [...lists, ...Object.values(json.objects), json.coverage.checked, json.coverage.notChecked].every(Array.isArray) &&
    words.every((word) => typeof word === 'string')
  );
}
