import type { Diagnosis } from '#shared/domain/diagnosis.ts';
import type { Incident } from '#shared/domain/incident.ts';
import type { LookInput } from '#shared/domain/look-input.ts';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import type { Target } from '#shared/domain/target.ts';
import { targetOf } from '#shared/domain/targets.ts';
import type { Ports } from '#shared/ports/ports.ts';
import type { StepContext } from '#shared/ports/step.ts';
import { obtainSnapshot } from '#shared/snapshot/obtain.ts';
import { readIncident } from './record.ts';

export type LookPorts = Pick<Ports, 'config' | 'clusters' | 'store' | 'clock'>;

export interface Look {
  /** the one that the event names */
  incident: Incident | undefined;
  target: Target;
  snapshot: Snapshot;
  diagnosis: Diagnosis;
}

/**
 * Whatever is diagnosed is looked at like this: the target that the event or its incident names, now or as a stored
 * snapshot has it, by all rules.
 */
export async function look(ports: LookPorts, event: LookInput, context: StepContext): Promise<Look> {
  const { config, store, clock } = ports;
  const incident = event.incidentId === undefined ? undefined : await readIncident(store, event.incidentId);
  const target = targetOf(config, event.target ?? incident?.target);
  const began = clock.now();
  const { snapshot, at } = await obtainSnapshot(ports, event, target, context);
  // The rules are loaded when there is something to judge: a cold start does not wait for them.
  const { diagnose } = await import('#shared/diagnosis/diagnose.ts');
  const found = diagnose(snapshot, { target, ignore: config.ignore, now: began });
  const durationMs = Math.max(0, clock.now().getTime() - began.getTime());
  return { incident, target, snapshot, diagnosis: { ...found, durationMs, snapshot: at } };
}

/** How a look counts in the history: one of an incident belongs to no schedule, and is kept with the incident. */
export const accounted = (
  { mode, run }: LookInput,
  { incident }: Pick<Look, 'incident'>,
): Pick<LookInput, 'mode' | 'run'> => (incident ? { mode: 'plan' } : { mode, run });
