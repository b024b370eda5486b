import { type Store, StoreConflict } from '#shared/ports/store.ts';
import { jsonIn } from './history-keys.ts';

const TRIES = 3;

/** Puts what has a time where the newest of its kind stands: a look that took long does not replace a later one. */
export async function keepLatest(
  store: Pick<Store, 'read' | 'create' | 'replace'>,
  key: string,
  value: { at: string },
): Promise<void> {
  const body = `${JSON.stringify(value, null, 2)}\n`;
  for (let attempt = 1; ; attempt++) {
    const there = await store.read(key);
    const { at } = (there && (jsonIn(there.body) as { at?: string } | undefined)) ?? {};
    if (at !== undefined && at > value.at) return;
    try {
      await (there ? store.replace(key, body, there.version) : store.create(key, body));
      return;
    } catch (error) {
      if (!(error instanceof StoreConflict) || attempt === TRIES) throw error;
    }
  }
}
