import type { Diagnosis } from '#shared/domain/diagnosis.ts';
import type { Target } from '#shared/domain/target.ts';
import { targetOf } from '#shared/domain/targets.ts';
import { saveDiagnosis } from '#shared/incidents/diagnoses.ts';
import { appendTimeline, readIncident } from '#shared/incidents/record.ts';
import type { Ports } from '#shared/ports/ports.ts';
import type { Step, StepContext } from '#shared/ports/step.ts';
import { storeSnapshot } from '#shared/snapshot/place.ts';
import { loadSnapshot } from '#shared/snapshot/stored.ts';
import { LOOK_SHARE, takeSnapshot } from '#shared/snapshot/take.ts';
import type { Brief, Input, Output } from './input.ts';

type Needs = Pick<Ports, 'config' | 'clusters' | 'store' | 'clock'>;

/** The snapshot of the event, else a fresh look, stored so that the diagnosis can be made again from it. */
async function evidence({ clusters, clock, store }: Needs, event: Input, target: Target, context: StepContext) {
  if (event.snapshotKey !== undefined) {
    const { snapshot, sha256 } = await loadSnapshot(store, event.snapshotKey);
    return { snapshot, at: { key: event.snapshotKey, sha256 } };
  }
  const deadlineMs = context.remainingMs() * LOOK_SHARE;
  const snapshot = await takeSnapshot(clusters, target, { clock, signal: context.signal, deadlineMs });
  return { snapshot, at: await storeSnapshot(store, snapshot, event.incidentId) };
}

const briefOf = ({ verdict, layer, rootCauses, action, coverage }: Diagnosis, diagnosisKey?: string): Brief => ({
  ...(diagnosisKey !== undefined && { diagnosisKey }),
  verdict,
  ...(layer && { layer }),
  rootCauses: rootCauses.map(({ code }) => code),
  action,
  notChecked: coverage.notChecked.length,
});

async function record({ store }: Needs, id: string, made: Diagnosis, at: string): Promise<string> {
  const key = await saveDiagnosis(store, id, made);
  const { verdict, rootCauses, action } = made;
  const causes = rootCauses.map(({ title }) => title).join('; ') || 'no root cause';
  const text = `${verdict}: ${causes}. Advised: ${action.class}, because ${action.reason}`;
  const data = { diagnosisKey: key, rootCauses: rootCauses.map(({ code }) => code) };
  await appendTimeline(store, id, { at, source: 'diagnose', kind: 'diagnosis', actor: 'otlp-medic', text, data });
  return key;
}

export const makeStep =
  (ports: Needs): Step<Input, Output> =>
  async (event, context) => {
    const { config, store, clock } = ports;
    const incident = event.incidentId === undefined ? undefined : await readIncident(store, event.incidentId);
    const target = targetOf(config, event.target ?? incident?.target);
    const began = clock.now();
    const { snapshot, at } = await evidence(ports, event, target, context);
    const { diagnose } = await import('#shared/diagnosis/diagnose.ts');
    const found = diagnose(snapshot, { target, ignore: config.ignore, now: began });
    const made: Diagnosis = {
      ...found,
      durationMs: Math.max(0, clock.now().getTime() - began.getTime()),
      snapshot: at,
    };
    context.log.info(`${made.verdict}: ${made.rootCauses.map(({ code }) => code).join(', ') || 'no root cause'}`);
    const key = incident && (await record(ports, incident.id, made, clock.now().toISOString()));
    return event.brief ? briefOf(made, key) : made;
  };
