import type { Situation } from '#shared/actions/guards.ts';
import { ownerOf, restartSubject } from '#shared/actions/workload-ref.ts';
import { policyFor } from '#shared/domain/config.ts';
import type { Incident } from '#shared/domain/incident.ts';
import { targetOf } from '#shared/domain/targets.ts';
import { readDiagnoses } from '#shared/incidents/diagnoses.ts';
import type { Ports } from '#shared/ports/ports.ts';
import type { Store } from '#shared/ports/store.ts';
import type { Input } from './input.ts';

/** A person switches all actions off by putting this object into the store; its text is the reason. */
const KILL_SWITCH = 'state/kill-switch.json';

async function killSwitch(store: Store): Promise<string | undefined> {
  const found = await store.read(KILL_SWITCH);
  return found && (found.body.toString().trim().slice(0, 300) || 'no reason given');
}

/** What is known before the cluster is asked; `owner` is absent where nothing says what to restart. */
export async function situationOf(
  { config, store, clock }: Pick<Ports, 'config' | 'store' | 'clock'>,
  event: Input,
  incident: Incident | undefined,
): Promise<Omit<Situation, 'workload' | 'owner'> & { owner?: Situation['owner'] | undefined }> {
  const target = targetOf(config, event.target ?? incident?.target);
  const diagnosis = incident && (await readDiagnoses(store, incident.id)).at(-1);
  const owner = event.workload ? ownerOf(event.workload, target.namespace) : restartSubject(target, diagnosis);
  const policy = policyFor(target, config.policy);
  return { target, policy, now: clock.now(), owner, incident, diagnosis, killSwitch: await killSwitch(store) };
}
