import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { config } from '#shared/domain/config.ts';
import { filesStore } from '#shared/files/store.ts';
import { saveDiagnosis } from '#shared/incidents/diagnoses.ts';
import { appendTimeline, createIncident } from '#shared/incidents/record.ts';
import type { Delivery, Message, Notifier } from '#shared/ports/notifier.ts';
import type { StepContext } from '#shared/ports/step.ts';
import type { Store } from '#shared/ports/store.ts';
import type { IncidentFacts } from '#shared/report/build.ts';

export const ID = '20261125-010203-ab12cd';
export const PREFIX = `incidents/2026/11/${ID}`;

/** A store in a directory of its own that holds all of these facts, as the flow leaves them there. */
export async function storeWith(facts?: IncidentFacts): Promise<Store> {
  const store = filesStore(await mkdtemp(join(tmpdir(), 'medic-report-')));
  if (!facts) return store;
  await createIncident(store, facts.incident);
  for (const entry of facts.timeline) await appendTimeline(store, ID, entry);
  for (const diagnosis of facts.diagnoses) await saveDiagnosis(store, ID, diagnosis);
  return store;
}

/** Ports around a store whose clock stands where the sample incidents end, and a channel that keeps what it gets. */
export function reportPorts(store: Store, deliveries: Delivery[] = [{ channel: 'chat', delivered: true }]) {
  const sent: Message[] = [];
  const notifier: Notifier = {
    send: async (message) => {
      sent.push(message);
      return deliveries;
    },
  };
  const clock = { time: new Date('2026-11-25T01:03:40.000Z'), now: () => clock.time };
  const targets = [{ name: 'checkout-telemetry', cluster: 'sandbox' }];
  return { config: config.parse({ targets }), store, clock, notifier, sent };
}

const silent = () => undefined;

export const stepContext = (): StepContext => ({
  signal: new AbortController().signal,
  remainingMs: () => 10_000,
  log: { debug: silent, info: silent, warn: silent, error: silent },
});
