import { refText } from '#shared/actions/workload-ref.ts';
import { InputError } from '#shared/domain/errors.ts';
import type { Incident } from '#shared/domain/incident.ts';
import { recordIntent } from '#shared/incidents/actions.ts';
import { readIncident } from '#shared/incidents/record.ts';
import { ClusterError } from '#shared/ports/cluster.ts';
import type { Ports } from '#shared/ports/ports.ts';
import type { Step } from '#shared/ports/step.ts';
import { type Attempted, type AttemptOptions, attemptRestart } from './attempt.ts';
import type { Input, Output } from './input.ts';
import { record, SOURCE, withItsPlan } from './record.ts';
import { situationOf } from './situation.ts';

type Needs = Pick<Ports, 'store' | 'clock' | 'config' | 'clusters'>;

async function attempt(
  { store, clock, clusters }: Needs,
  incident: Incident | undefined,
  asked: Pick<AttemptOptions, 'about' | 'reason' | 'act' | 'signal'>,
): Promise<Attempted> {
  const now = () => clock.now().toISOString();
  try {
    const cluster = await clusters.open(asked.about.target, { signal: asked.signal });
    const found = await attemptRestart({
      ...asked,
      cluster,
      incident: incident ?? { id: 'none', openedAt: now() },
      onIntent: (plan) => recordIntent(store, plan, now(), SOURCE),
    });
    return incident && found.result === 'already-done' ? withItsPlan(store, incident, found) : found;
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    const { fault, message } = error;
    // What the role may not do is a decision of the cluster, and no failure of the attempt.
    if (fault === 'forbidden')
      return { result: 'refused', reason: message, refusals: [{ guard: 'access', reason: message }] };
    return { result: 'failed', reason: message };
  }
}

export const makeStep =
  (ports: Needs): Step<Input, Output> =>
  async (event, { signal, log }) => {
    const { store, clock } = ports;
    const { incidentId, reason, mode } = event;
    const incident = incidentId === undefined ? undefined : await readIncident(store, incidentId);
    if (mode === 'act' && !incident)
      throw new InputError('restart-rollout acts only for an incident: give incidentId, or leave mode at plan');
    const act = mode === 'act' && !incident?.rehearsal;
    const { owner, ...rest } = await situationOf(ports, event, incident);
    const workload = owner ? refText(owner) : 'the workload';
    const found: Attempted = owner
      ? await attempt(ports, incident, { about: { ...rest, owner }, reason, act, signal })
      : { result: 'refused', reason: 'no workload is named, and the diagnosis blames none' };

    // Not if it is done: then it is done, whoever still waits for it.
    if (found.result === 'failed') signal.throwIfAborted();
    const at = clock.now().toISOString();
    if (incident && (act || incident.rehearsal)) await record(store, incident, found, { at, workload });
    log.info(`restart of ${workload}: ${found.result}`, { reason: found.reason });
    const { plan, ...answer } = found;
    return { ...answer, at, workload, ...(plan && { consequences: plan.consequences, planHash: plan.hash }) };
  };
