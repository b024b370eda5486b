import { InputError } from '#shared/domain/errors.ts';
import type { Incident, Outcome } from '#shared/domain/incident.ts';
import { addressedIncident } from '#shared/incidents/addressed.ts';
import { releaseClaim } from '#shared/incidents/claim.ts';
import { appendTimeline, readTimeline, updateIncident } from '#shared/incidents/record.ts';
import type { Ports } from '#shared/ports/ports.ts';
import type { Step } from '#shared/ports/step.ts';
import type { Store } from '#shared/ports/store.ts';
import type { Input, Output } from './input.ts';

const RESOLVED: readonly Outcome[] = ['recovered', 'nothing-to-do'];

function closed(now: Incident, outcome: Outcome, at: string): Incident {
  const late = at > now.sla.resolveBy && !now.sla.breaches.includes('resolve');
  const sla = { ...now.sla, breaches: late ? [...now.sla.breaches, 'resolve' as const] : now.sla.breaches };
  // What is not resolved stays with a person, whatever the flow did.
  if (!RESOLVED.includes(outcome)) return { ...now, outcome, status: 'escalated', sla };
  return { ...now, outcome, status: 'resolved', resolvedAt: at, sla };
}

async function recordClosing(store: Store, of: Incident, reason: string | undefined, at: string): Promise<void> {
  if ((await readTimeline(store, of.id)).some(({ kind }) => kind === 'closed')) return;
  const text = `closed: ${of.outcome}${reason ? `; ${reason.slice(0, 2000)}` : ''}`;
  await appendTimeline(store, of.id, { at, source: 'close-incident', kind: 'closed', actor: 'otlp-medic', text });
}

/** Each part can be repeated: a process that dies in between leaves a closing that the next call completes. */
export const makeStep =
  (ports: Pick<Ports, 'store' | 'clock' | 'config'>): Step<Input, Output> =>
  async (event, { log }) => {
    const { store, clock } = ports;
    const { outcome, reason } = event;
    const found = await addressedIncident(ports, event);
    if (!found)
      return { result: 'no-incident', reason: 'no incident is open for this target: there is nothing to close' };
    const { id: incidentId, status } = found;
    if (event.mode === 'plan')
      return {
        result: 'planned',
        incidentId,
        status,
        reason: `mode is plan: would be closed as ${outcome ?? '(an outcome that you give)'}`,
      };
    if (!outcome)
      throw new InputError(`close-incident: say how ${incidentId} ended with outcome: see --help for the words`);
    const at = clock.now().toISOString();
    const after = await updateIncident(store, incidentId, (now) =>
      now.outcome ? undefined : closed(now, outcome, at),
    );
    await recordClosing(store, after, reason, at);
    await releaseClaim(store, after);
    log.info(`closed: ${after.outcome}`);
    const result = found.outcome ? 'already-closed' : 'closed';
    return {
      result,
      incidentId,
      outcome: after.outcome,
      status: after.status,
      reason: reason ?? `closed as ${after.outcome}`,
    };
  };
