import { createHash } from 'node:crypto';
import { templateText } from '#shared/diagnosis/revisions.ts';
import type { ActionPlan } from '#shared/domain/action.ts';
import type { PodTemplate, Workload } from '#shared/domain/kubernetes.ts';
import type { RolledKind, RolledOwner } from './workload-ref.ts';

/** The key that `kubectl rollout restart` writes, so that every tool knows the change for what it is. */
export const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';
/** On the workload, not on its template: which incident acted on it last. */
export const INCIDENT = 'otlp-medic/incident';
/** When that was. The mark of the template has the time of the incident's opening, so that each try makes the same rollout. */
export const ACTED_AT = 'otlp-medic/acted-at';

/**
 * What a plan is bound to: the very object, the state it was looked at in, and its template without restart marks. The
 * same hash later, with the plan's own uid and generation, says that nobody else has changed the template since.
 */
export function planHash(of: {
  kind: ActionPlan['kind'];
  uid: string;
  generation: number;
  template: PodTemplate;
}): string {
  const text = [of.kind, of.uid, of.generation, templateText(of.template)].join('\n');
  return createHash('sha256').update(text).digest('hex');
}

/** The strategic merge patch of a restart. Its template is the same for each try of one incident: a second one rolls out nothing. */
function restartPatch(workload: Workload, incident: { id: string; openedAt: string }, now: string) {
  const { uid, resourceVersion } = workload.metadata;
  return {
    // With these the API server refuses the patch (409) if the object is another one than was looked at.
    metadata: { uid, resourceVersion, annotations: { [INCIDENT]: incident.id, [ACTED_AT]: now } },
    spec: { template: { metadata: { annotations: { [RESTARTED_AT]: incident.openedAt } } } },
  };
}

/** What a person should know before agreeing to a restart. */
export function consequencesOf(kind: RolledKind, { spec }: Workload): string[] {
  const replicas = spec.replicas ?? 1;
  const rolling = `pods are replaced one after another (${kind === 'Deployment' ? 'rolling update' : 'in order'})`;
  const pace = () => {
    if (kind === 'DaemonSet') return 'each node is without its pod while that is replaced';
    if (spec.strategy?.type === 'Recreate')
      return 'downtime: the strategy Recreate stops all pods before new ones start';
    if (replicas === 1 && kind === 'StatefulSet')
      return 'downtime: the only replica is stopped before the new one starts';
    if (replicas === 1) return 'possible downtime: there is only one replica';
    return `no downtime expected: ${rolling}`;
  };
  const history = `a new revision: one of the ${spec.revisionHistoryLimit ?? 10} that are kept for a rollback is used up`;
  return [pace(), history, 'logs of the old containers are lost; the evidence was stored before'];
}

export interface RestartPlanOptions {
  owner: RolledOwner;
  workload: Workload;
  incident: { id: string; openedAt: string };
  reason: string;
  now: Date;
}

export function restartPlan({ owner, workload, incident, reason, now }: RestartPlanOptions): ActionPlan {
  const { uid = '', generation = 0 } = workload.metadata;
  return {
    kind: 'restart',
    incidentId: incident.id,
    workload: owner,
    uid,
    generation,
    reason,
    consequences: consequencesOf(owner.kind, workload),
    patch: restartPatch(workload, incident, now.toISOString()),
    hash: planHash({ kind: 'restart', uid, generation, template: workload.spec.template }),
  };
}

/** Whether the restart of this incident is what the workload shows: nobody has restarted or changed it since. */
export const bearsRestartOf = ({ metadata, spec }: Workload, incident: { id: string; openedAt: string }): boolean =>
  metadata.annotations?.[INCIDENT] === incident.id &&
  spec.template.metadata?.annotations?.[RESTARTED_AT] === incident.openedAt;

/** When a workload that the medic acted on was last restarted (ISO 8601), by the medic or after it by others. */
export function lastRestart({ metadata, spec }: Workload): string | undefined {
  if (!metadata.annotations?.[INCIDENT]) return undefined;
  const marks = [metadata.annotations[ACTED_AT], spec.template.metadata?.annotations?.[RESTARTED_AT]];
  return marks
    .filter((mark) => mark !== undefined)
    .toSorted((a, b) => Date.parse(b) - Date.parse(a))
    .at(0);
}
