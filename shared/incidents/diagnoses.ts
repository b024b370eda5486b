import { type Diagnosis, diagnosis } from '#shared/domain/diagnosis.ts';
import { type Store, StoreConflict } from '#shared/ports/store.ts';
import { incidentPrefix, nextNumber } from './paths.ts';

const numberOf = (key: string) => Number(/diagnosis-(\d+)\.json$/.exec(key)?.[1] ?? Number.NaN);

/** Under the next free number of the incident; never over another one. Returns the key. */
export async function saveDiagnosis(
  store: Pick<Store, 'create' | 'list'>,
  id: string,
  made: Diagnosis,
): Promise<string> {
  const prefix = incidentPrefix(id);
  for (;;) {
    const key = `${prefix}/diagnosis-${nextNumber(await store.list(`${prefix}/diagnosis-`), 'diagnosis')}.json`;
    try {
      await store.create(key, `${JSON.stringify(made, null, 2)}\n`);
      return key;
    } catch (error) {
      if (!(error instanceof StoreConflict)) throw error;
    }
  }
}

/** In the order in which they were made. */
export async function readDiagnoses(store: Pick<Store, 'list' | 'read'>, id: string): Promise<Diagnosis[]> {
  const keys = await store.list(`${incidentPrefix(id)}/diagnosis-`);
  const sorted = keys.filter((key) => !Number.isNaN(numberOf(key))).sort((a, b) => numberOf(a) - numberOf(b));
  const bodies = await Promise.all(sorted.map((key) => store.read(key)));
  return bodies.flatMap((found) => (found ? [diagnosis.parse(JSON.parse(found.body.toString()))] : []));
}
