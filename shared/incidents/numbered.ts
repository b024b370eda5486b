import { type Store, StoreConflict } from '#shared/ports/store.ts';
import { incidentPrefix, nextNumber } from './paths.ts';

/** Stores `value` under the next free `<stem>-<n>.json` of an incident; never over another one. Returns the key. */
export async function createNumbered(
  store: Pick<Store, 'create' | 'list'>,
  id: string,
  { stem, value }: { stem: string; value: unknown },
): Promise<string> {
  const prefix = `${incidentPrefix(id)}/${stem}-`;
  for (;;) {
    const key = `${prefix}${nextNumber(await store.list(prefix), stem)}.json`;
    try {
      await store.create(key, `${JSON.stringify(value, null, 2)}\n`);
      return key;
    } catch (error) {
      if (!(error instanceof StoreConflict)) throw error;
    }
  }
}
