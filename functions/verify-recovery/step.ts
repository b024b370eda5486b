import { assessRecovery, type RecoveryFacts, unseen } from '#shared/actions/recovery.ts';
import { isRolled, refText, restartSubject } from '#shared/actions/workload-ref.ts';
import { policyFor } from '#shared/domain/config.ts';
import type { Diagnosis } from '#shared/domain/diagnosis.ts';
import type { Incident } from '#shared/domain/incident.ts';
import { targetOf } from '#shared/domain/targets.ts';
import { readDiagnoses, saveDiagnosis } from '#shared/incidents/diagnoses.ts';
import { readIncident } from '#shared/incidents/record.ts';
import { recordVerification } from '#shared/incidents/verification.ts';
import { ClusterError } from '#shared/ports/cluster.ts';
import type { Ports } from '#shared/ports/ports.ts';
import type { Step } from '#shared/ports/step.ts';
import type { Store } from '#shared/ports/store.ts';
import { storeSnapshot } from '#shared/snapshot/place.ts';
import { LOOK_SHARE } from '#shared/snapshot/take.ts';
import { sendCanary } from './canary.ts';
import type { Input, Output } from './input.ts';
import { type Look, look } from './look.ts';

/** Of the time that is left: the rest is for keeping the evidence. */
const CANARY_SHARE = 0.8;

/** What was done for the incident, and what was wrong before it. */
function baseline(incident: Incident | undefined, diagnoses: readonly Diagnosis[]) {
  const done = incident?.actions.findLast(({ outcome }) => outcome.result === 'done');
  if (!incident || !done) return { before: diagnoses[0], acted: undefined };
  const before = diagnoses.findLast(({ at }) => at <= done.outcome.at) ?? diagnoses[0];
  return { before, acted: { ...done, openedAt: incident.openedAt } };
}

/** The evidence of a final judgement; of each look it would be megabytes of the same. */
async function keep(store: Store, id: string, { snapshot, diagnosed }: Look, durationMs: number) {
  const saved = await storeSnapshot(store, snapshot, id);
  const diagnosisKey = await saveDiagnosis(store, id, { ...diagnosed, durationMs, snapshot: saved });
  return { snapshotKey: saved.key, diagnosisKey };
}

async function seen(ports: Parameters<typeof look>[0], options: Parameters<typeof look>[1]): Promise<Look | string> {
  try {
    return await look(ports, options);
  } catch (error) {
    if (error instanceof ClusterError) return error.message;
    throw error;
  }
}

export const makeStep =
  (ports: Pick<Ports, 'store' | 'clock' | 'config' | 'clusters' | 'prober'>): Step<Input, Output> =>
  async (event, { signal, log, remainingMs }) => {
    const { store, clock, config } = ports;
    const incident = event.incidentId === undefined ? undefined : await readIncident(store, event.incidentId);
    const target = targetOf(config, event.target ?? incident?.target);
    const { before, acted } = baseline(incident, incident ? await readDiagnoses(store, incident.id) : []);
    const subject = acted?.plan.workload ?? restartSubject(target, before);
    const owner = isRolled(subject) ? subject : undefined;
    const started = clock.now().getTime();

    const found = await seen(ports, { target, owner, signal, deadlineMs: remainingMs() * LOOK_SHARE });
    const about = { policy: policyFor(target, config.policy), now: clock.now(), acted };
    const assess = async (of: Look) => {
      const facts: RecoveryFacts = { ...about, owner, before, after: of.diagnosed, ...of };
      const seenAlone = assessRecovery(facts);
      // The probe is the last proof: while a cheaper check fails it would only repeat that.
      if (seenAlone.outcome !== 'recovered') return seenAlone;
      const canary = await sendCanary(ports, target, { signal, deadlineMs: remainingMs() * CANARY_SHARE });
      return assessRecovery({ ...facts, canary });
    };
    signal.throwIfAborted(); // what a cut look did not see says nothing
    const judged = typeof found === 'string' ? unseen(about, found) : await assess(found);
    log.info(`${judged.outcome}: ${judged.reason}`);

    const result = { ...judged, ...(owner && { workload: refText(owner) }) };
    if (!incident) return result;
    await recordVerification(store, incident.id, judged, about.now.toISOString());
    if (judged.outcome === 'settling' || typeof found === 'string') return result;
    return { ...result, ...(await keep(store, incident.id, found, about.now.getTime() - started)) };
  };
