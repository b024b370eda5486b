import { type ActionOutcome, type ActionPlan, actionPlan } from '#shared/domain/action.ts';
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

/** The audit entry after an action, or after its refusal, in the incident and on its timeline. Once for each plan and result. */
export async function recordOutcome(
  store: Store,
  of: { incidentId: string; plan?: ActionPlan | undefined; outcome: ActionOutcome; text: string; source: string },
): Promise<void> {
  const { incidentId, plan, outcome, text, source } = of;
  const kind = plan?.kind ?? 'restart';
  if (plan)
    await updateIncident(store, incidentId, (now) =>
      now.actions.some((one) => one.plan.hash === plan.hash && one.outcome.result === outcome.result)
        ? undefined
        : { ...now, actions: [...now.actions, { plan, outcome }] },
    );
  const { result, reason, generation } = outcome;
  const data = { kind, result, reason, ...(generation !== undefined && { generation }) };
  await appendTimeline(store, incidentId, { at: outcome.at, source, kind: 'action', actor: 'otlp-medic', text, data });
}
