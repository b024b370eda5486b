import { type RunRecord, runRecord } from '#shared/domain/history.ts';
import type { Store } from '#shared/ports/store.ts';

/** A schedule that stood still for longer begins anew. */
const DAYS_BACK = 7;
const DAY_MS = 24 * 3_600_000;

const dayKey = (target: string, at: Date): string =>
  `history/${target}/${at.toISOString().slice(0, 10).replaceAll('-', '/')}/`;

/** The newest run of a target before a time; day by day, so that a list is never longer than one day's runs. */
export async function lastRun(
  store: Pick<Store, 'list' | 'read'>,
  target: string,
  at: Date,
): Promise<RunRecord | undefined> {
  for (let day = 0; day <= DAYS_BACK; day++) {
    const keys = await store.list(dayKey(target, new Date(at.getTime() - day * DAY_MS)));
    const key = keys.findLast((each) => each < keyOf(target, at));
    const found = key === undefined ? undefined : await store.read(key);
    // A record that another version wrote in another shape is no history for this one.
    if (found) return runRecord.safeParse(jsonIn(found.body)).data;
  }
  return undefined;
}

function jsonIn(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const keyOf = (target: string, at: Date): string =>
  `${dayKey(target, at)}${at.toISOString().slice(11).replaceAll(':', '')}.json`;

/** Returns the key. A schedule has one writer. */
export async function keepRun(store: Pick<Store, 'put'>, record: RunRecord): Promise<string> {
  const key = keyOf(record.target, new Date(record.at));
  await store.put(key, `${JSON.stringify(record)}\n`);
  return key;
}
