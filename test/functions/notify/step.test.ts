import { describe, expect, it } from 'vitest';
import { input } from '#functions/notify/input.ts';
import { makeStep } from '#functions/notify/step.ts';
import { claimNotice, SENDING_LIMIT_MS } from '#shared/incidents/notices.ts';
import { readTimeline, updateIncident } from '#shared/incidents/record.ts';
import { ID, PREFIX, reportPorts, stepContext, storeWith } from '#test/support/reported-incident.ts';
import { escalated, recovered } from '#test/support/sample-incidents.ts';

type Testbed = ReturnType<typeof reportPorts>;
const notify = (ports: Testbed, event: Record<string, unknown> = {}) =>
  makeStep(ports)(input.parse({ incidentId: ID, kind: 'escalated', mode: 'act', ...event }), stepContext());
const notices = async ({ store }: Testbed) =>
  (await readTimeline(store, ID)).filter(({ kind, source }) => kind === 'notice' && source === 'notify');
const recorded = async ({ store }: Testbed) =>
  JSON.parse((await store.read(`${PREFIX}/notices/escalated.json`))?.body.toString() ?? 'null');
const bed = async (facts = escalated, deliveries?: Parameters<typeof reportPorts>[1]) =>
  reportPorts(await storeWith({ ...facts, timeline: [] }), deliveries);

describe('notify', () => {
  it('sends the notice, records it and puts it on the timeline', async () => {
    const ports = await bed();
    expect(await notify(ports)).toMatchObject({ result: 'sent', deliveries: [{ channel: 'chat', delivered: true }] });
    expect(ports.sent).toMatchObject([{ id: `${ID}/escalated`, title: expect.stringContaining('ESCALATION') }]);
    expect(await recorded(ports)).toMatchObject({ state: 'sent', tries: 1 });
    expect(await notices(ports)).toMatchObject([{ text: 'notice "escalated": chat delivered' }]);
  });

  it('sends a kind once, another kind too', async () => {
    const ports = await bed();
    await notify(ports);
    expect(await notify(ports)).toMatchObject({ result: 'already-sent', deliveries: [] });
    expect((await notify(ports, { kind: 'opened' })).result).toBe('sent');
    expect(ports.sent.map(({ id }) => id)).toEqual([`${ID}/escalated`, `${ID}/opened`]);
  });

  it('sends once when ten ask at the same instant', async () => {
    const ports = await bed();
    const results = await Promise.all(Array.from({ length: 10 }, () => notify(ports)));
    expect(results.filter(({ result }) => result === 'sent')).toHaveLength(1);
    expect(results.filter(({ result }) => result === 'already-sent')).toHaveLength(9);
    expect(ports.sent).toHaveLength(1);
  });

  it('answers with the message in plan mode, and writes nothing', async () => {
    const ports = await bed();
    const before = await ports.store.list('');
    const { result, message } = await notify(ports, { mode: 'plan' });
    expect(result).toBe('planned');
    expect(message?.text).toContain('Root cause: Image ghcr.io/acme/otlp-app:2.4.1-rc9');
    expect(ports.sent).toEqual([]);
    expect(await ports.store.list('')).toEqual(before);
  });

  it('sends nothing for a rehearsal, even when it is told to', async () => {
    const ports = await bed({ ...escalated, incident: { ...escalated.incident, rehearsal: true } });
    expect((await notify(ports)).result).toBe('planned');
    expect(ports.sent).toEqual([]);
  });

  it('reports a failed delivery without failing, and may be tried again, three times at most', async () => {
    const ports = await bed(escalated, [{ channel: 'slack', delivered: false, why: 'answered 500' }]);
    expect(await notify(ports)).toMatchObject({ result: 'failed', reason: 'slack not delivered: answered 500' });
    expect((await notices(ports)).map(({ text }) => text)).toEqual([
      'notice "escalated": slack not delivered: answered 500',
    ]);
    await notify(ports);
    await notify(ports);
    expect(await notify(ports)).toMatchObject({ result: 'failed', reason: expect.stringContaining('given up') });
    expect(ports.sent).toHaveLength(3);
  });

  it('counts as sent what one channel of two took', async () => {
    const ports = await bed(escalated, [
      { channel: 'slack', delivered: false, why: 'answered 500' },
      { channel: 'sns', delivered: true },
    ]);
    expect((await notify(ports)).result).toBe('sent');
    expect((await notify(ports)).result).toBe('already-sent');
  });

  it('says that no channel is configured', async () => {
    const ports = await bed(escalated, []);
    expect(await notify(ports)).toMatchObject({ result: 'failed', reason: expect.stringContaining('medic.config.ts') });
  });

  it('leaves a notice alone that another call is sending, and takes over from one that died', async () => {
    const ports = await bed();
    await claimNotice(ports.store, { id: ID, kind: 'escalated', at: ports.clock.now().toISOString() });
    expect(await notify(ports)).toMatchObject({
      result: 'already-sent',
      reason: expect.stringContaining('is sending'),
    });
    ports.clock.time = new Date(ports.clock.time.getTime() + SENDING_LIMIT_MS);
    expect((await notify(ports)).result).toBe('sent');
    expect(await recorded(ports)).toMatchObject({ state: 'sent', tries: 2 });
  });

  it('names where the report is, once there is one', async () => {
    const ports = await bed(recovered);
    const key = `${PREFIX}/report.html`;
    await updateIncident(ports.store, ID, (now) => ({ ...now, reports: [key] }));
    await notify(ports, { kind: 'recovered' });
    expect(ports.sent[0]?.text).toContain(`Report: ${ports.store.locate(key)}`);
  });

  it('answers an empty event, and sends nothing where no incident is open', async () => {
    const ports = reportPorts(await storeWith());
    expect(await makeStep(ports)(input.parse({}), stepContext())).toMatchObject({ result: 'no-incident' });
    expect(ports.sent).toEqual([]);
  });
});
