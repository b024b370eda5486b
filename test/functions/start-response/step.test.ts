import { beforeEach, describe, expect, it } from 'vitest';
import { input } from '#functions/start-response/input.ts';
import { makeStep } from '#functions/start-response/step.ts';
import { config } from '#shared/domain/config.ts';
import type { Executions } from '#shared/ports/executions.ts';
import { lambda } from '#shared/runtime/lambda.ts';
import { alarmEvents } from '#test/support/alarms.ts';
import { lambdaContext } from '#test/support/lambda-context.ts';

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
const ports = {
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

  it.each(['OK', 'INSUFFICIENT_DATA'])('ignores an alarm that goes into %s', async (state) => {
    expect(await invoke(alarmEvents({ state }).lambdaAction)).toEqual({
      result: 'ignored',
      reason: `alarm shop-availability is in ${state}: nothing to respond to`,
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
