import { type Diagnosis, diagnosis } from '#shared/domain/diagnosis.ts';
import type { Store } from '#shared/ports/store.ts';
import { createNumbered, readNumbered } from './numbered.ts';

/** Under the next free number of the incident; never over another one. Returns the key. */
export const saveDiagnosis = (store: Pick<Store, 'create' | 'list'>, id: string, made: Diagnosis): Promise<string> =>
  createNumbered(store, id, { stem: 'diagnosis', value: made });

/** In the order in which they were made. */
export const readDiagnoses = (store: Pick<Store, 'list' | 'read'>, id: string): Promise<Diagnosis[]> =>
  readNumbered(store, id, { stem: 'diagnosis', schema: diagnosis });
