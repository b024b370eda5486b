import type { ActionOutcome, ActionPlan } from '#shared/domain/action.ts';
import type { Diagnosis } from '#shared/domain/diagnosis.ts';
import type { Pod, Workload } from '#shared/domain/kubernetes.ts';
import type { Policy } from '#shared/domain/target.ts';
import { redactText } from '#shared/redaction/text.ts';
import { bearsRestartOf, planHash } from './plan.ts';
import { failingPod, notStable } from './pod-health.ts';
import { condition, rolloutOf } from './rollout.ts';
import { type RolledOwner, refText } from './workload-ref.ts';

export interface RecoveryCheck {
  name: string;
  outcome: 'pass' | 'fail' | 'not-checked';
  detail: string;
}

/** What one look at the workload gave; absent parts could not be read. */
export interface RecoveryFacts {
  policy: Policy;
  now: Date;
  owner?: RolledOwner | undefined;
  /** the live object: a snapshot's template is redacted */
  workload?: Workload | undefined;
  pods: readonly Pod[];
  /** why the pods could not be read */
  podsUnread?: string | undefined;
  before?: Pick<Diagnosis, 'rootCauses'> | undefined;
  after: Pick<Diagnosis, 'rootCauses' | 'verdict'>;
  /** what an OTLP probe came to; absent = none was sent */
  canary?: RecoveryCheck | undefined;
  /** absent: nothing was done, only the present state is judged */
  acted?: { plan: ActionPlan; outcome: ActionOutcome; openedAt: string } | undefined;
}

export interface Recovery {
  outcome: 'recovered' | 'settling' | 'not-recovered';
  reason: string;
  checks: RecoveryCheck[];
}

/** `final`: waiting longer cannot mend it. */
type Found = RecoveryCheck & { final?: true };

const pass = (name: string, detail: string): Found => ({ name, outcome: 'pass', detail });
const pending = (name: string, detail: string): Found => ({ name, outcome: 'fail', detail });
const lost = (name: string, detail: string): Found => ({ name, outcome: 'fail', detail, final: true });

/** Somebody else's change is neither our success nor our failure; a change of the replica count alone is none. */
function unchanged({ workload, acted }: RecoveryFacts): Found[] {
  if (!workload || !acted) return [];
  const { plan, openedAt } = acted;
  const name = 'unchanged';
  if (workload.metadata.uid !== plan.uid) return [lost(name, 'it was deleted and made anew by someone else')];
  const bears = bearsRestartOf(workload, { id: plan.incidentId, openedAt });
  const hash = planHash({ ...plan, template: workload.spec.template });
  if (!bears || hash !== plan.hash) return [lost(name, 'someone else changed it after the restart: judge it anew')];
  return [pass(name, 'nobody else has changed its template')];
}

function rollout({ owner, workload, acted }: RecoveryFacts): Found[] {
  if (!owner) return [];
  const name = 'rollout';
  if (!workload) return [lost(name, `${refText(owner)} does not exist`)];
  const { state, desired, detail } = rolloutOf(owner.kind, workload);
  if (state === 'complete') return desired > 0 ? [pass(name, detail)] : [lost(name, 'it is scaled to zero')];
  if (workload.spec.paused) return [lost(name, `its rollout is paused (${detail})`)];
  const replicas = condition(workload, 'ReplicaFailure');
  if (replicas?.status === 'True')
    return [lost(name, `pods cannot be made: ${redactText(replicas.message ?? replicas.reason ?? 'no reason given')}`)];
  const progress = condition(workload, 'Progressing');
  // The reason stays after a rollout that failed before ours: only one that is newer than our patch counts.
  const since = Date.parse(progress?.lastUpdateTime ?? '') > Date.parse(acted?.outcome.at ?? '');
  if (progress?.reason === 'ProgressDeadlineExceeded' && (since || !acted))
    return [lost(name, `it did not progress within its deadline (${detail})`)];
  return [pending(name, detail)];
}

function pods(facts: RecoveryFacts): Found[] {
  const { owner, workload, now, policy } = facts;
  if (!owner || !workload) return [];
  if (facts.podsUnread) return [{ name: 'new pods', outcome: 'not-checked', detail: facts.podsUnread }];
  const { desired } = rolloutOf(owner.kind, workload);
  const failing = facts.pods.map((pod) => failingPod(pod, now)).find((why) => why !== undefined);
  if (failing) return [lost('new pods', failing)];
  const present = `${facts.pods.length} of ${desired} new pods are there`;
  if (facts.pods.length < desired) return [pending('new pods', present)];
  const unstable = facts.pods.map((pod) => notStable(pod, now, policy.settleSeconds)).find((why) => why !== undefined);
  if (unstable) return [pass('new pods', present), pending('stability', unstable)];
  return [
    pass('new pods', present),
    pass('stability', `all are Ready without a restart for ${policy.settleSeconds} s`),
  ];
}

function rootCauses({ before, after }: RecoveryFacts): Found {
  const name = 'root cause';
  if (after.verdict === 'unknown') return { name, outcome: 'not-checked', detail: 'the target could not be examined' };
  const had = new Set(before?.rootCauses.map(({ fingerprint }) => fingerprint));
  const gone = before?.rootCauses.map(({ code }) => code).join(', ');
  const [root] = after.rootCauses;
  if (!root && after.verdict !== 'healthy')
    return pending(name, `the target is ${after.verdict}, and no root cause says why`);
  if (!root) return pass(name, gone ? `${gone} is gone` : 'nothing is wrong');
  return pending(name, `${root.code} is ${had.has(root.fingerprint) ? 'still there' : 'new'}: ${root.title}`);
}

const CANARY: Found = { name: 'canary', outcome: 'not-checked', detail: 'no OTLP probe was sent' };

/** Until the limit it may still become well; without an action there is nothing to wait for. */
function unsettled({ acted, policy, now }: Pick<RecoveryFacts, 'acted' | 'policy' | 'now'>, why: string) {
  if (!acted) return { outcome: 'not-recovered' as const, reason: why };
  const limit = policy.recoveryLimitSeconds;
  if ((now.getTime() - Date.parse(acted.outcome.at)) / 1000 < limit)
    return { outcome: 'settling' as const, reason: why };
  return { outcome: 'not-recovered' as const, reason: `not within ${limit} s: ${why}` };
}

/** A cluster that does not answer proves nothing: the next look may see it. */
export const unseen = (about: Pick<RecoveryFacts, 'acted' | 'policy' | 'now'>, why: string): Recovery => ({
  ...unsettled(about, why),
  checks: [{ name: 'cluster', outcome: 'not-checked', detail: why }, CANARY],
});

/** One evaluation by kubernetes-faults 5.1; the waits between evaluations are the state machine's. */
export function assessRecovery(facts: RecoveryFacts): Recovery {
  const found = [...unchanged(facts), ...rollout(facts), ...pods(facts), rootCauses(facts)];
  const canary: Found = facts.canary ?? CANARY;
  const checks = [...found, canary].map(({ name, outcome, detail }): RecoveryCheck => ({ name, outcome, detail }));
  const final = found.find((check) => check.final);
  if (final) return { outcome: 'not-recovered', reason: `${final.name}: ${final.detail}`, checks };
  // A canary that could not be sent says nothing: targets need not have an endpoint that the medic reaches.
  const open = found.find(({ outcome }) => outcome !== 'pass') ?? (canary.outcome === 'fail' ? canary : undefined);
  if (open) return { ...unsettled(facts, `${open.name}: ${open.detail}`), checks };
  const said = found.filter(({ name }) => name !== 'unchanged' && name !== 'new pods').map(({ detail }) => detail);
  return { outcome: 'recovered', reason: said.join('; '), checks };
}
