import { type Diagnosis, diagnosis } from '#shared/domain/diagnosis.ts';
import type { Store } from '#shared/ports/store.ts';
import { createNumbered } from './numbered.ts';
import { incidentPrefix } from './paths.ts';

const numberOf = (key: string) => Number(/diagnosis-(\d+)\.json$/.exec(key)?.[1] ?? Number.NaN);

/** Under the next free number of the incident; never over another one. Returns the key. */
export const saveDiagnosis = (store: Pick<Store, 'create' | 'list'>, id: string, made: Diagnosis): Promise<string> =>
  createNumbered(store, id, { stem: 'diagnosis', value: made });

/** In the order in which they were made. */
export async function readDiagnoses(store: Pick<Store, 'list' | 'read'>, id: string): Promise<Diagnosis[]> {
  const keys = await store.list(`${incidentPrefix(id)}/diagnosis-`);
  const sorted = keys.filter((key) => !Number.isNaN(numberOf(key))).sort((a, b) => numberOf(a) - numberOf(b));
  const bodies = await Promise.all(sorted.map((key) => store.read(key)));
  return bodies.flatMap((found) => (found ? [diagnosis.parse(JSON.parse(found.body.toString()))] : []));
}
