import type { policyFor } from '#shared/domain/config.ts';
import type { Diagnosis } from '#shared/domain/diagnosis.ts';
import type { Incident } from '#shared/domain/incident.ts';
import type { Workload } from '#shared/domain/kubernetes.ts';
import { type Ownership, ownershipOf } from '#shared/domain/ownership.ts';
import type { Target } from '#shared/domain/target.ts';
import { INCIDENT, lastRestart } from './plan.ts';
import { condition, rolloutOf } from './rollout.ts';
import { isOfTarget, type RolledOwner, refText } from './workload-ref.ts';

/** All that a guard may look at. */
export interface Situation {
  target: Target;
  policy: ReturnType<typeof policyFor>;
  now: Date;
  owner: RolledOwner;
  /** absent: it does not exist */
  workload?: Workload | undefined;
  incident?: Incident | undefined;
  diagnosis?: Diagnosis | undefined;
  /** why all actions are switched off */
  killSwitch?: string | undefined;
}

export interface Refusal {
  guard: string;
  reason: string;
}

type Guard = (about: Situation) => string | undefined | false;
type WorkloadGuard = (workload: Workload, about: Situation) => string | undefined | false;

/** For guards that have nothing to say about a workload that is not there. */
const onWorkload =
  (guard: WorkloadGuard): Guard =>
  (about) =>
    about.workload && guard(about.workload, about);

const GIT_OPS = ['Argo CD', 'Flux'];

/** What puts back a change that is made here; a Helm release does not. */
function reverter(workload: Workload, { policy }: Situation): Ownership | undefined {
  const owned = ownershipOf(workload);
  return owned?.reverts && !policy.actOnGitOps ? owned : undefined;
}

const ALL_THE_SAME = 'set policy.actOnGitOps to act all the same';

const minutes = (ms: number) => Math.ceil(ms / 60_000);

/** Each says why a restart must not be, or nothing. All are asked, so that a person sees every obstacle at once. */
export const RESTART_GUARDS: Readonly<Record<string, Guard>> = {
  'kill-switch': ({ killSwitch }) =>
    killSwitch !== undefined && `all actions are switched off (state/kill-switch.json): ${killSwitch}`,

  policy: ({ policy, target }) =>
    policy.response === 'diagnose-only' &&
    `the policy of target ${target.name} is diagnose-only; set policy.response to auto to let the medic act`,

  'allowed-actions': ({ target }) =>
    !target.actions.includes('restart') && `target ${target.name} does not allow restart in its actions`,

  'own-workload': ({ target, owner }) =>
    !isOfTarget(target, owner) &&
    `${refText(owner)} in ${owner.namespace} is not one of the workloads of target ${target.name}`,

  'open-incident': ({ incident }) =>
    incident?.outcome !== undefined && `incident ${incident.id} is closed (${incident.outcome})`,

  eligible: ({ diagnosis }) =>
    diagnosis &&
    diagnosis.action.class !== 'restart' &&
    `the diagnosis does not ask for a restart: ${diagnosis.action.reason}`,

  'once-per-incident': ({ incident }) => {
    const acted = incident?.actions.find(({ plan, outcome }) => plan.kind === 'restart' && outcome.result === 'done');
    return (
      acted && `this incident has restarted ${refText(acted.plan.workload)} already; a second restart would not help`
    );
  },

  exists: ({ workload, owner }) => !workload && `${refText(owner)} does not exist in namespace ${owner.namespace}`,

  deleting: onWorkload(({ metadata }) => metadata.deletionTimestamp && 'it is being deleted'),

  paused: onWorkload(
    ({ spec }, { owner }) => spec.paused && `its rollout is paused: kubectl rollout resume ${refText(owner)} first`,
  ),

  'scaled-to-zero': onWorkload(
    ({ spec }, { owner }) =>
      owner.kind !== 'DaemonSet' && spec.replicas === 0 && 'it is scaled to zero: there is nothing to restart',
  ),

  'on-delete': onWorkload(
    ({ spec }) =>
      spec.updateStrategy?.type === 'OnDelete' &&
      'its updateStrategy is OnDelete: a restart changes nothing until pods are deleted',
  ),

  // A rollout that is over its deadline, or whose pods are all exchanged and fail, is the fault itself.
  'rollout-in-progress': onWorkload((workload, { owner }) => {
    const { state, exchanged, detail } = rolloutOf(owner.kind, workload);
    if (state === 'unseen') return detail;
    const stuck = condition(workload, 'Progressing')?.status === 'False';
    return !exchanged && !stuck && `a rollout is in progress (${detail}): let it end first`;
  }),

  'git-ops': onWorkload((workload, about) => {
    const owned = reverter(workload, about);
    return owned && GIT_OPS.includes(owned.by) && `${owned.by} owns it and could undo the change; ${ALL_THE_SAME}`;
  }),

  operator: onWorkload((workload, about) => {
    const owned = reverter(workload, about);
    return owned && !GIT_OPS.includes(owned.by) && `${owned.advice.replace(/\.$/, '')}; ${ALL_THE_SAME}`;
  }),

  cooldown: onWorkload((workload, { now, policy }) => {
    const last = lastRestart(workload);
    if (!last) return undefined;
    const left = Date.parse(last) + policy.cooldownMinutes * 60_000 - now.getTime();
    return (
      left > 0 &&
      `incident ${workload.metadata.annotations?.[INCIDENT]} restarted it less than ${policy.cooldownMinutes} min ago; ${minutes(left)} min are left`
    );
  }),
};

export function restartRefusals(about: Situation): Refusal[] {
  return Object.entries(RESTART_GUARDS).flatMap(([guard, refuses]) => {
    const reason = refuses(about);
    return reason ? [{ guard, reason }] : [];
  });
}
