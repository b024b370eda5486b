import type { Incident } from '#shared/domain/incident.ts';
import { lastIntent, recordOutcome } from '#shared/incidents/actions.ts';
import type { Store } from '#shared/ports/store.ts';
import type { Attempted } from './attempt.ts';

export const SOURCE = 'restart-rollout';

/** The plan of a restart that this incident did before: as it was recorded, or as a process that died meant to do it. */
export async function withItsPlan(store: Store, incident: Incident, found: Attempted): Promise<Attempted> {
  const done = incident.actions.findLast(({ plan, outcome }) => plan.kind === 'restart' && outcome.result === 'done');
  const plan = done?.plan ?? (await lastIntent(store, incident.id))?.plan;
  return plan ? { ...found, plan, generation: done?.outcome.generation ?? plan.generation + 1 } : found;
}

/** Into the incident and onto its timeline, once. */
export async function record(
  store: Store,
  incident: Incident,
  { plan, refusals: _, ...outcome }: Attempted,
  { at, workload }: { at: string; workload: string },
): Promise<void> {
  const result = outcome.result === 'already-done' ? 'done' : outcome.result;
  await recordOutcome(store, {
    incidentId: incident.id,
    plan,
    outcome: { ...outcome, result, at },
    workload,
    source: SOURCE,
  });
}
