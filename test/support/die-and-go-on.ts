import { expect } from 'vitest';
import { localRuntime } from '#infra/local/runtime.ts';
import { readTimeline } from '#shared/incidents/record.ts';
import { flowLab } from './flow-lab.ts';
import { type Death, mortal, soleProcess } from './mortal.ts';

const trigger = { source: 'alarm', id: 'alarm-1' };

/**
 * Lets the P0 flow die just before one of its effects, starts it again with the same trigger, and expects it to end as
 * if nothing had happened. False when the flow has fewer effects.
 */
export async function dieAndGoOn(death: Death): Promise<boolean> {
  await using lab = await flowLab();
  const first = mortal(lab.ports, death);
  const dead = localRuntime({ ports: first.ports, processes: soleProcess(1) });
  await dead.execute('p0-response', { target: 'shop', mode: 'act', trigger }, { waitScale: 0 }).catch(() => undefined);
  if (!first.hasDied()) return false;

  const again = await lab.respond({ trigger }, { processes: soleProcess(2) });
  const about = `death: ${death}`;
  expect(again.status, about).toBe('SUCCEEDED');
  const incident = await lab.incident(again.incidentId);
  expect(incident.outcome, about).toBe('recovered');
  expect(
    incident.actions.map(({ outcome }) => outcome.result),
    about,
  ).toEqual(['done']);
  const told = (await readTimeline(lab.ports.store, incident.id)).filter(({ data }) => data?.result === 'done');
  expect(told.length, about).toBe(1);
  expect(lab.cluster.patches.length, about).toBe(1);
  expect(lab.cluster.deployment().metadata.generation, about).toBe(3);
  const records = (await lab.ports.store.list('incidents/')).filter((key) => key.endsWith('/incident.json'));
  expect(records.length, about).toBe(1);
  expect(await lab.ports.store.list('open/'), about).toEqual([]);
  // Two kinds of notice, and the one that was in flight perhaps once more.
  expect(new Set(lab.notices.map(({ id }) => id)).size, about).toBe(2);
  expect(lab.notices.length, about).toBeLessThanOrEqual(3);
  return true;
}
