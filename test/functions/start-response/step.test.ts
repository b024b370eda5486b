import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { input } from '#functions/start-response/input.ts';
import { makeStep } from '#functions/start-response/step.ts';
import { config } from '#shared/domain/config.ts';
import { filesStore } from '#shared/files/store.ts';
import { claimIncident } from '#shared/incidents/claim.ts';
import { incidentFingerprint } from '#shared/incidents/fingerprint.ts';
import { readIncident, readTimeline, updateIncident } from '#shared/incidents/record.ts';
import type { Executions } from '#shared/ports/executions.ts';
import { lambda } from '#shared/runtime/lambda.ts';
import { alarmEvents } from '#test/support/alarms.ts';
import { lambdaContext } from '#test/support/lambda-context.ts';
import { incidentOf } from '#test/support/sample-incidents.ts';

/** Keeps names as Step Functions does. */
let started: Map<string, unknown>;
const executions: Executions = {
  async start(flow, { name, input: given }) {
    const key = `${flow}/${name}`;
    if (started.has(key)) return 'already-started';
    started.set(key, given);
    return 'started';
  },
};

const eks = { eks: 'production', region: 'eu-west-1' };
const dir = mkdtempSync(join(tmpdir(), 'medic-start-'));
const store = filesStore(dir);
const ports = {
  store,
  config: config.parse({
    targets: [
      { name: 'shop', cluster: eks, alarms: ['shop-availability'] },
      { name: 'billing', cluster: eks, alarms: ['billing-*'] },
    ],
  }),
  clock: { now: () => new Date('2026-11-25T10:00:00Z') },
  executions,
};
const handler = lambda(
  'start-response',
  input,
  () => makeStep(ports),
  async () => ports as never,
  { sink: () => undefined },
);
const invoke = (event: unknown) => handler(event, lambdaContext());

beforeEach(() => {
  started = new Map();
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('start-response', () => {
  it('starts the flow of the target that names the alarm, to act', async () => {
    const answer = await invoke(alarmEvents().eventBridge);
    expect(answer).toMatchObject({ result: 'started', target: 'shop' });
    expect([...started]).toEqual([
      [
        `p0-response/${answer.execution}`,
        {
          target: 'shop',
          trigger: {
            source: 'alarm',
            id: 'shop-availability-2026-11-25T09:30:00.123Z',
            reason: 'alarm shop-availability is in ALARM: Threshold Crossed: 3 datapoints were below 99',
          },
          mode: 'act',
          severity: 'P0',
          drill: false,
        },
      ],
    ]);
    expect(answer.execution).toMatch(/^20261125-093000-shop-availability-[0-9a-f]{12}$/);
  });

  it('starts it once for one change of state, whichever ways it comes and however often', async () => {
    const { eventBridge, lambdaAction, sns } = alarmEvents();
    const results = [];
    for (const event of [sns, eventBridge, lambdaAction, sns]) results.push((await invoke(event)).result);
    expect(results).toEqual(['started', 'already-started', 'already-started', 'already-started']);
    expect(started.size).toBe(1);
  });

  it('starts another one when the same alarm goes off again', async () => {
    await invoke(alarmEvents().sns);
    expect(await invoke(alarmEvents({ at: '2026-11-25T11:30:00.123+0000' }).sns)).toMatchObject({ result: 'started' });
    expect(started.size).toBe(2);
  });

  it('knows alarms by the beginning of their names', async () => {
    expect(await invoke(alarmEvents({ name: 'billing-latency' }).sns)).toMatchObject({ target: 'billing' });
  });

  it('gives an execution a name that Step Functions takes, whatever the alarm is called', async () => {
    const name = `billing-${'ü /%'.repeat(60)}`;
    const { execution = '' } = await invoke(alarmEvents({ name }).eventBridge);
    expect(execution).toMatch(/^[A-Za-z0-9_-]{1,80}$/);
  });

  it('ignores an alarm that has no data', async () => {
    expect(await invoke(alarmEvents({ state: 'INSUFFICIENT_DATA' }).lambdaAction)).toEqual({
      result: 'ignored',
      reason: 'alarm shop-availability is in INSUFFICIENT_DATA: nothing to respond to',
    });
    expect(started.size).toBe(0);
  });

  it('ignores an alarm that no target names', async () => {
    expect(await invoke(alarmEvents({ name: 'disk-full' }).sns)).toEqual({
      result: 'ignored',
      reason: 'no target in medic.config.ts has "disk-full" among its alarms',
    });
    expect(started.size).toBe(0);
  });

  it('answers an empty event with what it would start', async () => {
    expect(await invoke({})).toEqual({
      result: 'planned',
      reason: 'mode is plan: the P0 flow would be started, which acts as far as the policy of the target allows',
      target: 'shop',
      execution: '20261125-100000-console',
    });
    expect(started.size).toBe(0);
  });

  it('refuses what is no alarm', async () => {
    const event = { Records: [{ Sns: { Message: 'disk full' } }] };
    await expect(invoke(event)).rejects.toMatchObject({ name: 'InputError' });
  });
});

describe('an alarm that is OK again', () => {
  const ok = (at = '2026-11-25T09:42:00.000+0000') => alarmEvents({ state: 'OK', at });

  async function openIncident() {
    const [shop] = ports.config.targets;
    if (!shop) throw new Error('no target');
    const { incident } = await claimIncident(store, incidentOf({ fingerprint: incidentFingerprint(shop) }));
    return incident;
  }

  it('is noted in the open incident once, whichever ways it comes, and leaves it open', async () => {
    const before = await openIncident();
    const answers = [];
    for (const event of [ok().sns, ok().eventBridge, ok().lambdaAction]) answers.push(await invoke(event));
    const reason = 'the alarm is OK again: noted in the open incident, which its flow or a person closes';
    expect(answers).toEqual(answers.map(() => ({ result: 'noted', reason, target: 'shop', incidentId: before.id })));
    expect(await readTimeline(store, before.id)).toMatchObject([
      {
        at: '2026-11-25T09:42:00.000Z',
        kind: 'note',
        source: 'start-response',
        text: 'alarm shop-availability is OK again: Threshold Crossed: 3 datapoints were below 99',
        data: { alarm: 'shop-availability' },
      },
    ]);
    expect(await readIncident(store, before.id)).toEqual(before);
    expect(started.size).toBe(0);
  });

  it('is only told in plan mode', async () => {
    const { id } = await openIncident();
    const alarm = { name: 'shop-availability', state: 'OK', at: '2026-11-25T09:42:00.000Z' };
    expect(await invoke({ alarm })).toMatchObject({ result: 'planned', incidentId: id });
    expect(await readTimeline(store, id)).toEqual([]);
  });

  it('is nothing to a target without an open incident', async () => {
    const reason = 'alarm shop-availability is OK, and no incident is open for shop';
    expect(await invoke(ok().sns)).toEqual({ result: 'ignored', reason });
    const { id } = await openIncident();
    await updateIncident(store, id, (now) => ({ ...now, outcome: 'recovered' }));
    expect(await invoke(ok().sns)).toEqual({ result: 'ignored', reason });
    expect(await readTimeline(store, id)).toEqual([]);
  });

  it('says nothing of an incident that was opened later', async () => {
    const { id } = await openIncident();
    const answer = await invoke(ok('2026-11-25T00:30:00.000+0000').sns);
    expect(answer).toMatchObject({ result: 'ignored', reason: expect.stringContaining(`before incident ${id}`) });
    expect(await readTimeline(store, id)).toEqual([]);
  });
});
