import { type ActionOutcome, type ActionPlan, actionPlan } from '#shared/domain/action.ts';
import type { Incident } from '#shared/domain/incident.ts';
import type { Store } from '#shared/ports/store.ts';
import { appendTimeline, readTimeline, updateIncident } from './record.ts';

/** The audit entry before an action: a process that dies after the effect leaves this, and a later one reads the plan. */
export async function recordIntent(store: Store, plan: ActionPlan, at: string, source: string): Promise<void> {
  const text = `about to ${plan.kind} ${plan.workload.kind} ${plan.workload.name}: ${plan.reason}`;
  const entry = { at, source, kind: 'action' as const, actor: 'otlp-medic', text, data: { intent: plan } };
  await appendTimeline(store, plan.incidentId, entry);
}

/** The last plan of this incident that was about to be carried out. */
export async function lastIntent(store: Store, id: string): Promise<{ plan: ActionPlan; at: string } | undefined> {
  for (const { at, kind, data } of (await readTimeline(store, id)).reverse()) {
    const read = kind === 'action' ? actionPlan.safeParse(data?.intent) : undefined;
    if (read?.success) return { plan: read.data, at };
  }
  return undefined;
}

/**
 * The audit entry after an action, or after its refusal, in the incident and on its timeline. Once for each plan and
 * result: whoever records it again completes what a process that died in between has left.
 */
export async function recordOutcome(
  store: Store,
  of: { incidentId: string; plan?: ActionPlan | undefined; outcome: ActionOutcome; workload: string; source: string },
): Promise<void> {
  const { incidentId, plan, workload, source } = of;
  const kind = plan?.kind ?? 'restart';
  const { at, result, reason, generation } = plan ? await inIncident(store, plan, of.outcome) : of.outcome;
  const text = `${kind} of ${workload}: ${result}; ${reason}`;
  const data = { kind, result, reason, ...(generation !== undefined && { generation }) };
  await appendTimeline(store, incidentId, { at, source, kind: 'action', actor: 'otlp-medic', text, data });
}

/** What the incident holds of this plan and result: the first one that was recorded. */
async function inIncident(store: Store, plan: ActionPlan, outcome: ActionOutcome): Promise<ActionOutcome> {
  const recorded = ({ actions }: Incident) =>
    actions.find((one) => one.plan.hash === plan.hash && one.outcome.result === outcome.result)?.outcome;
  const stored = await updateIncident(store, plan.incidentId, (now) =>
    recorded(now) ? undefined : { ...now, actions: [...now.actions, { plan, outcome }] },
  );
  return recorded(stored) ?? outcome;
}
