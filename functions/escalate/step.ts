import { addressedIncident } from '#shared/incidents/addressed.ts';
import { appendTimeline, readTimeline, updateIncident } from '#shared/incidents/record.ts';
import type { Ports } from '#shared/ports/ports.ts';
import type { Step } from '#shared/ports/step.ts';
import type { Input, Output } from './input.ts';

const MOST = 2000;

/** Lambda's `Cause` is JSON with the message inside; that of Step Functions itself is plain text. */
function messageOf(cause: string): string {
  try {
    const { errorMessage } = JSON.parse(cause) as { errorMessage?: unknown };
    return typeof errorMessage === 'string' ? errorMessage : cause;
  } catch {
    return cause;
  }
}

const reasonOf = ({ failure, reason }: Input) =>
  (failure ? `a step of the flow failed: ${failure.Error}: ${messageOf(failure.Cause)}` : reason).slice(0, MOST);

export const makeStep =
  (ports: Pick<Ports, 'store' | 'clock' | 'config'>): Step<Input, Output> =>
  async (event, { log }) => {
    const { store, clock } = ports;
    const reason = reasonOf(event);
    const incident = await addressedIncident(ports, event);
    if (!incident)
      return { result: 'no-incident', reason: 'no incident is open for this target: there is nothing to escalate' };
    const incidentId = incident.id;
    if (event.mode === 'plan')
      return { result: 'planned', incidentId, reason: `mode is plan: would be escalated, because ${reason}` };
    const timeline = await readTimeline(store, incidentId);
    const known = timeline.some((entry) => entry.kind === 'escalation' && entry.data?.reason === reason);
    if (known && incident.status === 'escalated') return { result: 'already-escalated', incidentId, reason };
    if (!known) {
      const text = `handed over to a person: ${reason}`;
      const at = clock.now().toISOString();
      const entry = {
        at,
        source: 'escalate',
        kind: 'escalation' as const,
        actor: 'otlp-medic',
        text,
        data: { reason },
      };
      await appendTimeline(store, incidentId, entry);
    }
    await updateIncident(store, incidentId, (now) =>
      now.status === 'escalated' || now.outcome ? undefined : { ...now, status: 'escalated' },
    );
    log.info(`escalated: ${reason}`);
    return { result: 'escalated', incidentId, reason };
  };
