import type { Incident, Trigger } from '#shared/domain/incident.ts';
import { deadlines } from '#shared/domain/severity.ts';
import { targetOf } from '#shared/domain/targets.ts';
import { BY_HAND, claimIncident, openIncidentOf } from '#shared/incidents/claim.ts';
import { incidentFingerprint } from '#shared/incidents/fingerprint.ts';
import { incidentIdOf } from '#shared/incidents/paths.ts';
import { appendTimeline, readTimeline, updateIncident } from '#shared/incidents/record.ts';
import type { Ports } from '#shared/ports/ports.ts';
import type { Step } from '#shared/ports/step.ts';
import type { Store } from '#shared/ports/store.ts';
import type { Input, Output } from './input.ts';

type Needs = Pick<Ports, 'store' | 'clock' | 'config'>;

function proposal({ config, clock }: Needs, event: Input): Incident {
  const now = clock.now();
  const openedAt = now.toISOString();
  const target = targetOf(config, event.target);
  const rehearsal = event.mode === 'plan';
  const execution = event.execution ?? `${BY_HAND}${openedAt}`;
  const fingerprint = incidentFingerprint(target, rehearsal);
  return {
    id: incidentIdOf(now, `${fingerprint}\n${execution}`),
    fingerprint,
    severity: event.severity,
    status: 'open',
    drill: event.drill,
    ...(rehearsal && { rehearsal }),
    target: target.name,
    trigger: event.trigger ?? { source: 'console', id: execution },
    execution,
    openedAt,
    sla: { ...deadlines(event.severity, openedAt), breaches: [] },
    occurrences: 1,
    actions: [],
    reports: [],
  };
}

/** For people: an id, often a UUID, says nothing to them. It stays in the entry's data. */
const said = ({ source, reason }: Trigger) => reason ?? `asked for by ${source}`;

/** Written by whoever gets here first, with the opening's own time: a second one writes the same entry. */
const recordOpening = (store: Store, of: Incident) =>
  appendTimeline(store, of.id, {
    at: of.openedAt,
    source: 'open-incident',
    kind: 'opened',
    actor: 'otlp-medic',
    text: `${of.severity} incident opened for ${of.target}: ${said(of.trigger)}`,
    data: { trigger: of.trigger.id, source: of.trigger.source },
  });

/** Another trigger met the open incident. One that is delivered again is not counted again. */
async function recordRepeat(store: Store, of: Incident, { trigger }: Incident, at: string): Promise<void> {
  if (trigger.id === of.trigger.id) return;
  const known = await readTimeline(store, of.id);
  if (known.some((entry) => entry.kind === 'repeated' && entry.data?.trigger === trigger.id)) return;
  const text = `reported again: ${said(trigger)}`;
  const data = { trigger: trigger.id, source: trigger.source };
  await appendTimeline(store, of.id, {
    at,
    source: 'open-incident',
    kind: 'repeated',
    actor: 'otlp-medic',
    text,
    data,
  });
  await updateIncident(store, of.id, (now) => ({ ...now, occurrences: now.occurrences + 1 }));
}

const REASONS: Record<Output['opened'], string> = {
  new: 'no incident was open for this target',
  resumed: 'it was open, no other flow works on it, and this one goes on with it',
  duplicate: 'it is open already: another flow, or the person who opened it, is at work on it',
  planned: 'mode is plan: nothing was written',
};

const answer = (of: Incident, opened: Output['opened'], { mode }: Input, reason = REASONS[opened]): Output => ({
  opened,
  incidentId: of.id,
  severity: of.severity,
  target: of.target,
  mode,
  openedAt: of.openedAt,
  acknowledgeBy: of.sla.acknowledgeBy,
  resolveBy: of.sla.resolveBy,
  reason,
});

async function plan({ store, config }: Needs, event: Input, proposed: Incident): Promise<Output> {
  const open = await openIncidentOf(store, incidentFingerprint(targetOf(config, event.target)));
  if (!open || open.outcome) return answer(proposed, 'planned', event);
  return answer(open, 'planned', event, `${REASONS.planned}; ${open.id} is open for this target and would be joined`);
}

/**
 * In plan mode a call by itself only answers. A flow in plan mode needs a record to work on: it gets a rehearsal, apart
 * from the real incidents.
 */
export const makeStep =
  (ports: Needs): Step<Input, Output> =>
  async (event, { log }) => {
    const { store } = ports;
    const proposed = proposal(ports, event);
    if (event.mode === 'plan' && event.execution === undefined) return plan(ports, event, proposed);
    const { incident, opened } = await claimIncident(store, proposed);
    await recordOpening(store, incident);
    if (opened === 'duplicate') await recordRepeat(store, incident, proposed, proposed.openedAt);
    log.info(`incident ${incident.id}: ${opened}`, { incidentId: incident.id, opened });
    return answer(incident, opened, event);
  };
