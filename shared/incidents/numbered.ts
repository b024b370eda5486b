import type * as z from 'zod';
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

/** All that is stored so, in the order in which it was made. Throws where one of them is not of the schema's form. */
export async function readNumbered<T>(
  store: Pick<Store, 'list' | 'read'>,
  id: string,
  { stem, schema }: { stem: string; schema: z.ZodType<T> },
): Promise<T[]> {
  const prefix = `${incidentPrefix(id)}/${stem}-`;
  const numberOf = (key: string) => Number(/^(\d+)\.json$/.exec(key.slice(prefix.length))?.[1] ?? Number.NaN);
  const keys = (await store.list(prefix)).filter((key) => !Number.isNaN(numberOf(key)));
  const bodies = await Promise.all(keys.sort((a, b) => numberOf(a) - numberOf(b)).map((key) => store.read(key)));
  return bodies.flatMap((found) => (found ? [schema.parse(JSON.parse(found.body.toString()))] : []));
}
