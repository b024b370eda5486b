import { type AnalyzedLog, type AnalyzedLogs, analyzedLogs } from '#shared/domain/analyzed-log.ts';
import { whichLog, worstFirst } from '#shared/logs/summary.ts';
import type { Store } from '#shared/ports/store.ts';
import { createNumbered, readNumbered } from './numbered.ts';

const STEM = 'logs';

/** Under the next free number of the incident. Returns the key. */
export const saveLogs = (store: Pick<Store, 'create' | 'list'>, id: string, made: AnalyzedLogs): Promise<string> =>
  createNumbered(store, id, { stem: STEM, value: made });

/** Of all analyses that were kept with an incident, the newest of each log; those that tell of failures first. */
export async function readLogs(store: Pick<Store, 'list' | 'read'>, id: string): Promise<AnalyzedLog[]> {
  const kept = await readNumbered(store, id, { stem: STEM, schema: analyzedLogs });
  const newest = new Map(kept.flatMap(({ logs }) => logs).map((log) => [whichLog(log), log]));
  return [...newest.values()].map(({ assignments, ...log }) => log).toSorted(worstFirst);
}
