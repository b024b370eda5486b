import type { Diagnosis } from '#shared/domain/diagnosis.ts';
import { targetOf } from '#shared/domain/targets.ts';
import { saveDiagnosis } from '#shared/incidents/diagnoses.ts';
import { appendTimeline, readIncident } from '#shared/incidents/record.ts';
import type { Ports } from '#shared/ports/ports.ts';
import type { Step } from '#shared/ports/step.ts';
import { obtainSnapshot } from '#shared/snapshot/obtain.ts';
import type { Brief, Input, Output } from './input.ts';

type Needs = Pick<Ports, 'config' | 'clusters' | 'store' | 'clock'>;

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
    const { snapshot, at } = await obtainSnapshot(ports, event, target, context);
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
