import type { Diagnosis } from '#shared/domain/diagnosis.ts';
import { accountRun } from '#shared/incidents/account-run.ts';
import { saveDiagnosis } from '#shared/incidents/diagnoses.ts';
import { keepReport } from '#shared/incidents/keep-report.ts';
import { accounted, type LookPorts, look } from '#shared/incidents/look.ts';
import { appendTimeline } from '#shared/incidents/record.ts';
import type { Step } from '#shared/ports/step.ts';
import type { Brief, Input, Output } from './input.ts';

const briefOf = ({ verdict, layer, rootCauses, action, coverage }: Diagnosis, diagnosisKey?: string): Brief => ({
  ...(diagnosisKey !== undefined && { diagnosisKey }),
  verdict,
  ...(layer && { layer }),
  rootCauses: rootCauses.map(({ code }) => code),
  action,
  notChecked: coverage.notChecked.length,
});

async function record({ store }: LookPorts, id: string, made: Diagnosis, at: string): Promise<string> {
  const key = await saveDiagnosis(store, id, made);
  const { verdict, rootCauses, action } = made;
  const causes = rootCauses.map(({ title }) => title).join('; ') || 'no root cause';
  const text = `${verdict}: ${causes}. Advised: ${action.class}, because ${action.reason}`;
  const data = { diagnosisKey: key, rootCauses: rootCauses.map(({ code }) => code) };
  await appendTimeline(store, id, { at, source: 'diagnose', kind: 'diagnosis', actor: 'otlp-medic', text, data });
  return key;
}

export const makeStep =
  (ports: LookPorts): Step<Input, Output> =>
  async (event, context) => {
    const seen = await look(ports, event, context);
    const { incident, diagnosis: found } = seen;
    const { verdict, rootCauses } = found;
    context.log.info(`${verdict}: ${rootCauses.map(({ code }) => code).join(', ') || 'no root cause'}`);
    const as = accounted(event, seen);
    const { changes, due } = await accountRun(ports.store, found, { ...as, by: 'diagnose' });
    const diagnosis = { ...found, ...(changes.since !== undefined && { changes }) };
    const key = incident && (await record(ports, incident.id, diagnosis, ports.clock.now().toISOString()));
    if (as.mode === 'act') await keepReport(ports.store, diagnosis, due);
    return event.brief ? briefOf(diagnosis, key) : diagnosis;
  };
