import { setTimeout as sleep } from 'node:timers/promises';
import { UnavailableError } from '#shared/domain/errors.ts';
import { type Incident, incident, type TimelineEntry, timelineEntry } from '#shared/domain/incident.ts';
import { type Store, StoreConflict } from '#shared/ports/store.ts';
import { incidentKey, incidentPrefix } from './paths.ts';

const TRIES = 12;
const asBody = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

async function load(store: Pick<Store, 'read'>, id: string) {
  const found = await store.read(incidentKey(id));
  return found && { incident: incident.parse(JSON.parse(found.body.toString())), version: found.version };
}

/** undefined when there is no such incident. */
export const findIncident = async (store: Pick<Store, 'read'>, id: string): Promise<Incident | undefined> =>
  (await load(store, id))?.incident;

/** Throws UnavailableError when there is no such incident. */
export async function readIncident(store: Pick<Store, 'read' | 'locate'>, id: string): Promise<Incident> {
  const found = await findIncident(store, id);
  if (!found) throw new UnavailableError(`incident ${id} is not in the store (${store.locate(incidentKey(id))})`);
  return found;
}

/** Create-once. False when the incident was there already. */
export async function createIncident(store: Pick<Store, 'create'>, opened: Incident): Promise<boolean> {
  try {
    await store.create(incidentKey(opened.id), asBody(incident.parse(opened)));
    return true;
  } catch (error) {
    if (error instanceof StoreConflict) return false;
    throw error;
  }
}

/**
 * Compare-and-swap: `change` gets the incident as it stands and returns it changed, or undefined when there is nothing
 * to change. It is called again when another writer was faster, so it must be free of effects. Returns what is stored.
 */
export async function updateIncident(
  store: Pick<Store, 'read' | 'replace' | 'locate'>,
  id: string,
  change: (current: Incident) => Incident | undefined,
): Promise<Incident> {
  for (let attempt = 1; ; attempt++) {
    const found = await load(store, id);
    if (!found) throw new UnavailableError(`incident ${id} is not in the store (${store.locate(incidentKey(id))})`);
    const changed = change(found.incident);
    if (!changed) return found.incident;
    try {
      await store.replace(incidentKey(id), asBody(incident.parse(changed)), found.version);
      return changed;
    } catch (error) {
      if (!(error instanceof StoreConflict) || attempt === TRIES) throw error;
      await sleep(Math.random() * 10 * attempt); // full jitter, so that ten writers do not meet again
    }
  }
}

// Basic format: a colon is not allowed in file names everywhere.
const entryStem = (at: string) => at.replaceAll(/[-:]/g, '');

/**
 * One create-once object for each entry. The same entry written again (a step that is run a second time with the same
 * `at`) is found and not doubled. Returns its key.
 */
export async function appendTimeline(
  store: Pick<Store, 'create' | 'read'>,
  id: string,
  entry: TimelineEntry,
): Promise<string> {
  const body = asBody(timelineEntry.parse(entry));
  for (let n = 0; ; n++) {
    const key = `${incidentPrefix(id)}/timeline/${entryStem(entry.at)}-${String(n).padStart(2, '0')}.json`;
    try {
      await store.create(key, body);
      return key;
    } catch (error) {
      if (!(error instanceof StoreConflict)) throw error;
      if ((await store.read(key))?.body.toString() === body) return key;
    }
  }
}

/** In the order of time. */
export async function readTimeline(store: Pick<Store, 'list' | 'read'>, id: string): Promise<TimelineEntry[]> {
  const keys = await store.list(`${incidentPrefix(id)}/timeline/`);
  const bodies = await Promise.all(keys.map((key) => store.read(key)));
  return bodies.flatMap((found) => (found ? [timelineEntry.parse(JSON.parse(found.body.toString()))] : []));
}
