import { type Incident, incident } from '#shared/domain/incident.ts';
import { type Store, StoreConflict } from '#shared/ports/store.ts';
import { claimKey } from './paths.ts';
import { appendTimeline, createIncident, findIncident, updateIncident } from './record.ts';

/**
 * Seconds after which no flow can be at work any more: the TimeoutSeconds of p0-response. A claim that is older and has
 * no outcome belongs to a flow that died.
 */
export const FLOW_LIMIT_SECONDS = 3600;

/** Begins the execution's name of an incident that a person has opened: no flow works on it yet. */
export const BY_HAND = 'by-hand-';
const isByHand = ({ execution }: Incident) => execution.startsWith(BY_HAND);

export type Opened = 'new' | 'resumed' | 'duplicate';

async function won(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (error instanceof StoreConflict) return false;
    throw error;
  }
}

/** The incident of a claim. The claim holds the whole first state, so whoever finds it alone can complete it. */
async function incidentOf(store: Store, claim: Incident): Promise<Incident> {
  await createIncident(store, claim);
  return (await findIncident(store, claim.id)) ?? claim;
}

async function held(store: Store, fingerprint: string) {
  const found = await store.read(claimKey(fingerprint));
  return found && { claim: incident.parse(JSON.parse(found.body.toString())), version: found.version };
}

const isOrphan = (current: Incident, now: string) =>
  Date.parse(now) - Date.parse(current.openedAt) >= FLOW_LIMIT_SECONDS * 1000;

/** A flow makes an incident that a person has opened its own. Undefined: another flow was faster, or it has ended. */
async function adopted(store: Store, { id }: Incident, { execution }: Incident): Promise<Incident | undefined> {
  const after = await updateIncident(store, id, (now) =>
    isByHand(now) && !now.outcome ? { ...now, execution } : undefined,
  );
  return after.execution === execution ? after : undefined;
}

/**
 * Makes `proposed` the one open incident of its fingerprint, or finds the one that is open already. Safe to call again
 * after a crash at any point and from many processes at once: the claim decides, and it is a single conditional write.
 */
export async function claimIncident(store: Store, proposed: Incident): Promise<{ incident: Incident; opened: Opened }> {
  const key = claimKey(proposed.fingerprint);
  const body = `${JSON.stringify(proposed, null, 2)}\n`;
  for (;;) {
    if (await won(() => store.create(key, body))) return { incident: await incidentOf(store, proposed), opened: 'new' };
    const there = await held(store, proposed.fingerprint);
    if (!there) continue; // released between the two calls
    const current = await incidentOf(store, there.claim);
    if (current.outcome === undefined) {
      if (current.execution === proposed.execution) return { incident: current, opened: 'resumed' };
      if (!isOrphan(current, proposed.openedAt)) {
        if (!isByHand(current) || isByHand(proposed)) return { incident: current, opened: 'duplicate' };
        const ours = await adopted(store, current, proposed);
        if (ours) return { incident: ours, opened: 'resumed' };
        continue;
      }
      await abandonIncident(store, current, { at: proposed.openedAt, why: 'its flow ended without an outcome' });
    }
    if (await won(() => store.replace(key, body, there.version)))
      return { incident: await incidentOf(store, proposed), opened: 'new' };
  }
}

/** The open incident of a fingerprint. */
export async function openIncidentOf(store: Store, fingerprint: string): Promise<Incident | undefined> {
  const there = await held(store, fingerprint);
  return there && incidentOf(store, there.claim);
}

/** Ends an incident that nobody works on any more. It keeps its claim: see releaseClaim. */
export async function abandonIncident(store: Store, of: Incident, { at, why }: { at: string; why: string }) {
  const ended = await updateIncident(store, of.id, (now) =>
    now.outcome ? undefined : { ...now, outcome: 'could-not-work', status: 'escalated' },
  );
  const text = `closed as ${ended.outcome}: ${why}`;
  await appendTimeline(store, of.id, { at, source: 'open-incident', kind: 'closed', actor: 'otlp-medic', text });
}

/** Frees the fingerprint, if it is this incident that holds it. */
export async function releaseClaim(store: Store, of: Incident): Promise<void> {
  const there = await held(store, of.fingerprint);
  if (there?.claim.id === of.id) await won(() => store.remove(claimKey(of.fingerprint), there.version));
}
