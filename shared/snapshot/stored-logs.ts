import { gunzipSync } from 'node:zlib';
import { InputError } from '#shared/domain/errors.ts';
import type { Target } from '#shared/domain/target.ts';
import { newestRollout } from '#shared/logs/newest-rollout.ts';
import type { Store } from '#shared/ports/store.ts';
import { loadSnapshot } from './stored.ts';
import type { WantedLogs } from './target-logs.ts';

/** What a function has the time and memory for; the command line reads files of any length. */
const LARGEST = 64 * 1024 * 1024;
const TOO_LARGE = 'is more than 64 MiB: fetch it, and run "medic analyze-logs FILE"';

/** A log below `logs/`, plain or gzip. Throws InputError where there is none, or one that is damaged or too large. */
export async function storedLog(store: Pick<Store, 'read'>, key: string): Promise<Buffer> {
  const found = await store.read(key);
  if (!found) throw new InputError(`no log at "${key}": put one there, or name a target`);
  const { body } = found;
  if (body.length > LARGEST) throw new InputError(`${key}: ${TOO_LARGE}`);
  if (body[0] !== 0x1f || body[1] !== 0x8b) return body;
  try {
    return gunzipSync(body, { maxOutputLength: LARGEST });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new InputError(
      `${key}: ${code === 'ERR_BUFFER_TOO_LARGE' ? TOO_LARGE : 'is gzip, but damaged or cut short'}`,
    );
  }
}

/** The logs that a snapshot holds, those before a restart too; and when the target was last rolled out. */
export async function snapshotLogs(
  store: Pick<Store, 'read'>,
  key: string,
  { target, wanted }: { target: Target; wanted: WantedLogs },
) {
  const { snapshot } = await loadSnapshot(store, key);
  const logs = snapshot.logs.filter(
    (log) =>
      (wanted.pod === undefined || log.pod === wanted.pod) &&
      (wanted.container === undefined || log.container === wanted.container) &&
      (!wanted.previous || log.previous),
  );
  return { logs, rolloutAt: newestRollout(target, snapshot.objects.replicasets), at: snapshot.at };
}
