import type { Situation } from '#shared/actions/guards.ts';
import { ownerOf, refText, restartSubject } from '#shared/actions/workload-ref.ts';
import { policyFor } from '#shared/domain/config.ts';
import { InputError } from '#shared/domain/errors.ts';
import type { Incident } from '#shared/domain/incident.ts';
import { targetOf } from '#shared/domain/targets.ts';
import { lastIntent, recordIntent, recordOutcome } from '#shared/incidents/actions.ts';
import { readDiagnoses } from '#shared/incidents/diagnoses.ts';
import { readIncident } from '#shared/incidents/record.ts';
import { ClusterError } from '#shared/ports/cluster.ts';
import type { Ports } from '#shared/ports/ports.ts';
import type { Step } from '#shared/ports/step.ts';
import type { Store } from '#shared/ports/store.ts';
import { type Attempted, attemptRestart } from './attempt.ts';
import type { Input, Output } from './input.ts';

const SOURCE = 'restart-rollout';
type Needs = Pick<Ports, 'store' | 'clock' | 'config' | 'clusters'>;

async function killSwitch(store: Store): Promise<string | undefined> {
  const found = await store.read('state/kill-switch.json');
  return found && (found.body.toString().trim().slice(0, 300) || 'no reason given');
}

async function situation(ports: Needs, event: Input, incident: Incident | undefined) {
  const { config, store, clock } = ports;
  const target = targetOf(config, event.target ?? incident?.target);
  const diagnosis = incident && (await readDiagnoses(store, incident.id)).at(-1);
  const owner = event.workload ? ownerOf(event.workload, target.namespace) : restartSubject(target, diagnosis);
  const policy = policyFor(target, config.policy);
  return { target, policy, now: clock.now(), owner, incident, diagnosis, killSwitch: await killSwitch(store) };
}

/** A restart whose process died before it was recorded: the plan is the one that it was about to carry out. */
async function recovered(store: Store, incident: Incident, found: Attempted): Promise<Attempted> {
  const recorded = incident.actions.findLast(
    ({ plan, outcome }) => plan.kind === 'restart' && outcome.result === 'done',
  );
  if (recorded)
    return { ...found, plan: recorded.plan, generation: recorded.outcome.generation ?? recorded.plan.generation + 1 };
  const intent = await lastIntent(store, incident.id);
  return intent ? { ...found, plan: intent.plan, generation: intent.plan.generation + 1 } : found;
}

async function record(store: Store, incident: Incident, found: Attempted, at: string, workload: string): Promise<void> {
  const { plan, refusals, ...outcome } = found;
  const done = found.result === 'already-done' ? { ...outcome, result: 'done' as const } : outcome;
  const known = incident.actions.some((one) => one.plan.hash === plan?.hash && one.outcome.result === done.result);
  if (known) return;
  const text = `restart of ${workload}: ${found.result}; ${found.reason}`;
  await recordOutcome(store, { incidentId: incident.id, plan, outcome: { ...done, at }, text, source: SOURCE });
}

export const makeStep =
  (ports: Needs): Step<Input, Output> =>
  async (event, { signal, log }) => {
    const { store, clock, clusters } = ports;
    const incident = event.incidentId === undefined ? undefined : await readIncident(store, event.incidentId);
    if (event.mode === 'act' && !incident)
      throw new InputError('restart-rollout acts only for an incident: give incidentId, or leave mode at plan');
    const act = event.mode === 'act' && !incident?.rehearsal;
    const about = await situation(ports, event, incident);
    const workload = about.owner ? refText(about.owner) : 'the workload';

    const found = await run(about);
    const at = clock.now().toISOString();
    if (incident && (act || incident.rehearsal)) await record(store, incident, found, at, workload);
    log.info(`restart of ${workload}: ${found.result}`, { reason: found.reason });
    const { plan, ...rest } = found;
    return { ...rest, at, workload, ...(plan && { consequences: plan.consequences, planHash: plan.hash }) };

    async function run({ owner, ...rest }: Awaited<ReturnType<typeof situation>>): Promise<Attempted> {
      if (!owner) return { result: 'refused', reason: 'no workload is named, and the diagnosis blames none' };
      const asked: Omit<Situation, 'workload'> = { ...rest, owner };
      try {
        const cluster = await clusters.open(rest.target, { signal });
        const bound = incident ?? { id: 'none', openedAt: clock.now().toISOString() };
        const onIntent = (plan: Parameters<typeof recordIntent>[1]) =>
          recordIntent(store, plan, clock.now().toISOString(), SOURCE);
        const result = await attemptRestart({
          cluster,
          about: asked,
          incident: bound,
          reason: event.reason,
          act,
          signal,
          onIntent,
        });
        return incident && result.result === 'already-done' ? recovered(store, incident, result) : result;
      } catch (error) {
        if (error instanceof ClusterError) return { result: 'failed', reason: error.message };
        throw error;
      }
    }
  };
