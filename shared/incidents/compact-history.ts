import pLimit from 'p-limit';
import { type DayRecord, dayRecord, type RunRecord, runRecord } from '#shared/domain/history.ts';
import { type Store, StoreConflict, type Version } from '#shared/ports/store.ts';
import { dayKey, dayOf, jsonIn, type Series, seriesPrefix, timeOfRun } from './history-keys.ts';

type HistoryStore = Pick<Store, 'list' | 'read' | 'create' | 'replace' | 'remove'>;

const DAY_MS = 24 * 3_600_000;
/** As long as the bucket keeps its objects. */
const DAYS_KEPT = 400;
const AT_ONCE = 10;

const isoDay = (at: Date, daysBefore: number) =>
  new Date(at.getTime() - daysBefore * DAY_MS).toISOString().slice(0, 10);

/**
 * Folds each day before yesterday into one object and drops days that are too old: a history has two days of single
 * runs at most. Yesterday stays as it is, for the run that comes next and for one that is delivered late.
 */
export async function compactDays(store: HistoryStore, series: Series, now: Date): Promise<void> {
  const keys = await store.list(seriesPrefix(series));
  const byDay = Map.groupBy(keys, (key) => dayOf(key, series) ?? '');
  byDay.delete('');
  const limit = pLimit(AT_ONCE);
  for (const [day, own] of byDay) {
    if (day < isoDay(now, DAYS_KEPT)) await Promise.all(own.map((key) => limit(() => store.remove(key))));
    else if (day < isoDay(now, 1))
      await fold(
        store,
        series,
        day,
        own.filter((key) => timeOfRun(key) !== undefined),
      );
  }
}

/** The runs go only when the day's object holds them; one that another process folds meanwhile is left to it. */
async function fold(store: HistoryStore, series: Series, day: string, keys: string[]): Promise<void> {
  if (keys.length === 0) return;
  const limit = pLimit(AT_ONCE);
  const bodies = await Promise.all(keys.map((key) => limit(() => store.read(key))));
  const runs = bodies.flatMap((found) => (found ? (runRecord.safeParse(jsonIn(found.body)).data ?? []) : []));
  const key = `${dayKey(series, new Date(day))}day.json`;
  const there = await store.read(key);
  const before = there && dayRecord.safeParse(jsonIn(there.body)).data;
  const body = `${JSON.stringify(dayWith(before, runs, { target: series.target, day }))}\n`;
  if (!(await written(store, key, body, there?.version))) return;
  await Promise.all(keys.map((each) => limit(() => store.remove(each))));
}

async function written(store: HistoryStore, key: string, body: string, version: Version | undefined): Promise<boolean> {
  try {
    await (version === undefined ? store.create(key, body) : store.replace(key, body, version));
    return true;
  } catch (error) {
    if (error instanceof StoreConflict) return false;
    throw error;
  }
}

/** A run that is in the day already stays one. */
function dayWith(
  before: DayRecord | undefined,
  runs: RunRecord[],
  about: Pick<DayRecord, 'target' | 'day'>,
): DayRecord {
  const times = new Map((before?.runs ?? []).map((run) => [run.at, run]));
  for (const { at, verdict } of runs) times.set(at, { at, verdict });
  const faults = new Map((before?.faults ?? []).map((fault) => [fault.fingerprint, fault]));
  for (const fault of runs.flatMap((run) => run.faults)) {
    const known = faults.get(fault.fingerprint);
    if (!known || known.lastSeen <= fault.lastSeen) faults.set(fault.fingerprint, fault);
  }
  return {
    schemaVersion: 1,
    ...about,
    runs: [...times.values()].toSorted((a, b) => a.at.localeCompare(b.at)),
    faults: [...faults.values()],
  };
}
