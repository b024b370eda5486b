import { outcome } from '#shared/domain/incident.ts';
import { addressedIncident } from '#shared/incidents/addressed.ts';
import { claimNotice, settleNotice } from '#shared/incidents/notices.ts';
import { appendTimeline } from '#shared/incidents/record.ts';
import { readFacts } from '#shared/incidents/report-facts.ts';
import type { Delivery } from '#shared/ports/notifier.ts';
import type { Ports } from '#shared/ports/ports.ts';
import type { Step } from '#shared/ports/step.ts';
import { buildReport } from '#shared/report/build.ts';
import { buildNotice } from '#shared/report/notice.ts';
import type { Input, Output } from './input.ts';

type Needs = Pick<Ports, 'config' | 'store' | 'clock' | 'notifier'>;

async function noticeFor({ store, clock }: Needs, id: string, kind: Input['kind']) {
  const at = clock.now().toISOString();
  const facts = await readFacts(store, id, { at, outcome: outcome.safeParse(kind).data });
  const page = facts.incident.reports.find((key) => key.endsWith('.html'));
  const message = buildNotice({ kind, report: buildReport(facts), location: page && store.locate(page) });
  return { message, rehearsal: facts.incident.rehearsal ?? false };
}

const said = ({ channel, delivered, why }: Delivery) =>
  `${channel} ${delivered ? 'delivered' : `not delivered: ${why}`}`;

/** A channel that fails never fails the flow: it is in the answer, in the record and on the timeline. */
export const makeStep =
  (ports: Needs): Step<Input, Output> =>
  async (event, { signal, log }) => {
    const { store, clock, notifier } = ports;
    const { kind, mode } = event;
    const id = (await addressedIncident(ports, event))?.id;
    const none = { kind, deliveries: [] };
    if (!id) return { ...none, result: 'no-incident', reason: 'no incident is open for this target' };

    const { message, rehearsal } = await noticeFor(ports, id, kind);
    const of = { ...none, incidentId: id };
    if (mode === 'plan' || rehearsal)
      return { ...of, result: 'planned', reason: 'mode is plan: nothing was sent', message };

    const claim = await claimNotice(store, { id, kind, at: clock.now().toISOString(), by: event.execution });
    if (!claim.claimed) return { ...of, result: claim.givenUp ? 'failed' : 'already-sent', reason: claim.why };
    const deliveries = await notifier.send(message, { signal });
    const at = clock.now().toISOString();
    const result = await settleNotice(store, { id, kind, at, claim, deliveries });
    const reason = deliveries.map(said).join('; ') || 'no channel is configured: see notify in medic.config.ts';
    await appendTimeline(store, id, {
      at,
      source: 'notify',
      kind: 'notice',
      actor: 'otlp-medic',
      text: `notice "${kind}": ${reason}`,
      data: { kind, result, deliveries },
    });
    log[result === 'sent' ? 'info' : 'warn'](`notice ${kind} ${result}`, { incidentId: id, reason });
    return { ...of, result, reason, deliveries };
  };
