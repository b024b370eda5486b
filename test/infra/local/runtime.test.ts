import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { localRuntime } from '#infra/local/runtime.ts';
import type { LogLine } from '#shared/runtime/log.ts';
import { flowLab, type Lab } from '#test/support/flow-lab.ts';
import { type Death, mortal, soleProcess } from '#test/support/mortal.ts';

let lab: Lab;
beforeEach(async () => {
  lab = await flowLab();
});
afterEach(() => lab[Symbol.asyncDispose]());

const input = { target: 'shop', mode: 'act' };

/** A flow whose process died right after its restart. */
const diedAfterRestart = () => died('after-patch');

async function died(death: Death): Promise<void> {
  const { ports } = mortal(lab.ports, death);
  await localRuntime({ ports, processes: soleProcess(1) })
    .execute('p0-response', input, { waitScale: 0 })
    .catch(() => undefined);
}

describe('invoke', () => {
  it('runs a function behind its whole stack: wrong input is one line', async () => {
    await expect(lab.invoke('close-incident', { outcom: 'recovered' })).rejects.toThrow(
      /outcom is not a field: did you mean "outcome"\?/,
    );
  });

  it('hands over and answers with what JSON can carry', async () => {
    const answer = await lab.invoke('close-incident', { outcome: undefined });
    expect(answer).toEqual({ result: 'no-incident', reason: expect.any(String) });
  });

  it.each(['no-such-function', '../shared', 'open-incident/../close-incident', ''])(
    'knows no function %j',
    async (name) => {
      await expect(lab.invoke(name, {})).rejects.toMatchObject({ name: 'InputError' });
    },
  );

  it('gives log lines to its sink and to nobody else', async () => {
    const lines: LogLine[] = [];
    await localRuntime({ ports: lab.ports, sink: (line) => void lines.push(line) }).invoke('open-incident', {
      mode: 'act',
    });
    expect(lines).toContainEqual(expect.objectContaining({ step: 'open-incident', level: 'info' }));
  });
});

describe('execute', () => {
  it('names an unknown flow', async () => {
    await expect(localRuntime({ ports: lab.ports }).execute('../p0', {})).rejects.toThrow(/there is no flow/);
  });

  it('tells step by step what goes on', async () => {
    const { events } = await lab.respond();
    expect(events[0]).toMatchObject({ kind: 'started', state: 'OpenIncident', function: 'open-incident' });
    expect(events[1]).toMatchObject({ kind: 'ended', output: { opened: 'new' }, replayed: false });
  });

  it('goes on with a flow whose process died, though the next trigger is another one', async () => {
    await diedAfterRestart();
    const result = await lab.respond({ trigger: { source: 'cli', id: 'another' } }, { processes: soleProcess(2) });
    expect(result).toMatchObject({ status: 'SUCCEEDED', resumed: true, output: { outcome: 'recovered' } });
    expect(lab.cluster.patches).toHaveLength(1);
    const replayed = result.events.flatMap((event) => ('replayed' in event && event.replayed ? [event.state] : []));
    expect(replayed).toEqual(['OpenIncident', 'NotifyOpened', 'CollectSnapshot', 'Diagnose']);
  });

  it.each<[string, Death]>([
    ['after its restart', 'after-patch'],
    ['between opening the incident and noting that', 5],
  ])('closes a flow whose target died with its process %s, and starts afresh', async (_, death) => {
    await died(death);
    const runtime = localRuntime({ ports: lab.ports, processes: soleProcess(2) });
    lab.cluster.pass(60);
    const result = await runtime.execute('p0-response', input, { waitScale: 0, interrupted: 'close' });
    expect(result).toMatchObject({ resumed: false, output: { opened: 'new' } });
    const ids = new Set((await lab.ports.store.list('incidents/')).map((key) => key.split('/')[3]));
    ids.delete(result.incidentId);
    expect(await lab.incident([...ids][0])).toMatchObject({ outcome: 'could-not-work' });
  });

  it('does not go on with a flow that is over its time: its evidence is old', async () => {
    await died(12);
    lab.cluster.pass(3600);
    const result = await lab.respond({ trigger: { source: 'cli', id: 'another' } }, { processes: soleProcess(2) });
    expect(result).toMatchObject({ resumed: false, output: { opened: 'new', outcome: 'recovered' } });
    const records = (await lab.ports.store.list('incidents/')).filter((key) => key.endsWith('/incident.json'));
    const outcomes = await Promise.all(records.map(async (key) => (await lab.incident(key.split('/')[3])).outcome));
    expect(outcomes.sort()).toEqual(['could-not-work', 'recovered']);
  });

  it('leaves a flow that was cancelled to be resumed', async () => {
    const stop = new AbortController();
    const runtime = localRuntime({ ports: lab.ports, signal: stop.signal });
    const onEvent = ({ kind, state }: { kind: string; state: string }) => {
      if (kind === 'ended' && state === 'RestartRollout') stop.abort();
    };
    expect(await runtime.execute('p0-response', input, { onEvent })).toMatchObject({ status: 'ABORTED' });
    expect(await lab.respond()).toMatchObject({ status: 'SUCCEEDED', resumed: true, output: { outcome: 'recovered' } });
    expect(lab.cluster.patches).toHaveLength(1);
  });

  it('does not resume a flow in plan mode for one that is to act', async () => {
    const { ports } = mortal(lab.ports, 12);
    await localRuntime({ ports, processes: soleProcess(1) })
      .execute('p0-response', { ...input, mode: 'plan' }, { waitScale: 0 })
      .catch(() => undefined);
    expect(await lab.respond({}, { processes: soleProcess(2) })).toMatchObject({
      resumed: false,
      output: { outcome: 'recovered' },
    });
  });
});
