import type { Snapshot } from '#shared/domain/snapshot.ts';
import { incidentPrefix, nextNumber } from '#shared/incidents/paths.ts';
import { type Store, StoreConflict } from '#shared/ports/store.ts';
import { saveSnapshot } from './stored.ts';

/**
 * Stores a snapshot under its incident with the next free number, else under its target and time. Never over another
 * one. Throws InputError for what is not an incident's id.
 */
export async function storeSnapshot(
  store: Pick<Store, 'create' | 'list'>,
  snapshot: Snapshot,
  incidentId?: string,
): Promise<{ key: string; sha256: string }> {
  for (let attempt = 1; ; attempt++) {
    const key = incidentId === undefined ? keyByTime(snapshot, attempt) : await nextKey(store, incidentId);
    try {
      return await saveSnapshot(store, key, snapshot);
    } catch (error) {
      if (!(error instanceof StoreConflict)) throw error; // another one was faster: the next place is free
    }
  }
}

async function nextKey(store: Pick<Store, 'list'>, incidentId: string): Promise<string> {
  const stem = `${incidentPrefix(incidentId)}/snapshot`;
  return `${stem}-${nextNumber(await store.list(`${stem}-`), 'snapshot')}.json.gz`;
}

/** Two looks within one millisecond are told apart by a number. */
function keyByTime({ target, at }: Snapshot, attempt: number): string {
  const [day = '', time = ''] = at.split('T');
  const suffix = attempt === 1 ? '' : `-${attempt}`;
  return `snapshots/${target}/${day.replaceAll('-', '/')}/${time.replaceAll(':', '')}${suffix}.json.gz`;
}
