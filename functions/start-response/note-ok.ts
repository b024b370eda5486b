import type { Alarm } from '#shared/domain/alarm.ts';
import { addressedIncident } from '#shared/incidents/addressed.ts';
import { appendTimeline } from '#shared/incidents/record.ts';
import type { Ports } from '#shared/ports/ports.ts';
import type { Input, Output } from './input.ts';

const ignored = (reason: string): Output => ({ result: 'ignored', reason });

/**
 * An alarm that is OK again goes into the open incident's timeline. It closes nothing: the flow proves a recovery by
 * itself, and an alarm may be OK because nobody gets through any more. The entry bears the change's own time, so a second
 * delivery finds the first.
 */
export async function noteOk(
  ports: Pick<Ports, 'config' | 'store'>,
  { name, at, reason: words }: Alarm,
  { target, mode }: { target: string; mode: Input['mode'] },
): Promise<Output> {
  const open = await addressedIncident(ports, { target });
  if (!open || open.outcome) return ignored(`alarm ${name} is OK, and no incident is open for ${target}`);
  if (Date.parse(at) < Date.parse(open.openedAt))
    return ignored(`alarm ${name} was OK before incident ${open.id} was opened`);
  const incidentId = open.id;
  if (mode === 'plan')
    return { result: 'planned', reason: `mode is plan: would be noted in ${incidentId}`, target, incidentId };
  await appendTimeline(ports.store, incidentId, {
    at,
    source: 'start-response',
    kind: 'note',
    actor: 'otlp-medic',
    text: `alarm ${name} is OK again${words ? `: ${words}` : ''}`,
    data: { alarm: name },
  });
  const reason = 'the alarm is OK again: noted in the open incident, which its flow or a person closes';
  return { result: 'noted', reason, target, incidentId };
}
