import { type RunRecord, runRecord } from '#shared/domain/history.ts';
import { type Store, StoreConflict } from '#shared/ports/store.ts';
import { compactDays } from './compact-history.ts';
import { dayKey, jsonIn, runKey, type Series, timeOfRun } from './history-keys.ts';

/** A schedule that stood still for longer begins anew. */
const DAYS_BACK = 7;
const DAY_MS = 24 * 3_600_000;

/** The newest run before a time; day by day, so that a list is never longer than one day's runs. */
export async function lastRun(
  store: Pick<Store, 'list' | 'read'>,
  series: Series,
  at: Date,
): Promise<RunRecord | undefined> {
  for (let day = 0; day <= DAYS_BACK; day++) {
    const keys = await store.list(dayKey(series, new Date(at.getTime() - day * DAY_MS)));
    const key = keys.findLast((each) => timeOfRun(each) !== undefined && each < runKey(series, at));
    const found = key === undefined ? undefined : await store.read(key);
    // A record that another version wrote in another shape is no history for this one.
    if (found) return runRecord.safeParse(jsonIn(found.body)).data;
  }
  return undefined;
}

/**
 * Keeps a run under the time that names it, once: the same run delivered again is not another one. The first run of a
 * day folds the days before yesterday into one object each.
 */
export async function keepRun(
  store: Pick<Store, 'list' | 'read' | 'create' | 'replace' | 'remove'>,
  series: Series,
  record: RunRecord,
  due: Date,
): Promise<void> {
  const key = runKey(series, due);
  const today = await store.list(dayKey(series, due));
  try {
    await store.create(key, `${JSON.stringify(record)}\n`);
  } catch (error) {
    if (!(error instanceof StoreConflict)) throw error; // it has been delivered before
  }
  if (today.every((each) => each === key)) await compactDays(store, series, due);
}
