import type { MedicConfig } from '#shared/domain/config.ts';
import type { Incident } from '#shared/domain/incident.ts';
import { targetOf } from '#shared/domain/targets.ts';
import type { Store } from '#shared/ports/store.ts';
import { openIncidentOf } from './claim.ts';
import { incidentFingerprint } from './fingerprint.ts';
import { readIncident } from './record.ts';

/** The incident that an event names; without a name the open one of its target, if there is one. */
export async function addressedIncident(
  { store, config }: { store: Store; config: MedicConfig },
  event: { incidentId?: string | undefined; target?: string | undefined },
): Promise<Incident | undefined> {
  if (event.incidentId !== undefined) return readIncident(store, event.incidentId);
  return openIncidentOf(store, incidentFingerprint(targetOf(config, event.target)));
}
