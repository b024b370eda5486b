import * as z from 'zod';
import { actionPlan } from '#shared/domain/action.ts';
import type { Diagnosis } from '#shared/domain/diagnosis.ts';
import type { Incident, TimelineEntry } from '#shared/domain/incident.ts';
import { type Attempt, attempt } from './model.ts';

/** What an action's timeline entry says where no plan could be made: the policy or a guard said no before one. */
const outcomeEntry = z.object({
  kind: attempt.shape.action.default('restart'),
  result: attempt.shape.result,
  reason: z.string(),
});

function fromTimeline(timeline: readonly TimelineEntry[], known: readonly Attempt[]): Attempt[] {
  return timeline.flatMap((entry) => {
    if (entry.kind !== 'action') return [];
    const { data } = outcomeEntry.safeParse(entry.data);
    if (!data || known.some((one) => one.result === data.result && one.action === data.kind)) return [];
    return [{ action: data.kind, result: data.result, reason: data.reason, at: entry.at, consequences: [] }];
  });
}

/** The last action that was about to be done, if nothing was recorded of it afterwards: its process died. */
function unended(timeline: readonly TimelineEntry[], known: readonly Attempt[]): Attempt[] {
  const entry = timeline.findLast(({ kind, data }) => kind === 'action' && data?.intent !== undefined);
  const { data: plan } = actionPlan.safeParse(entry?.data?.intent);
  if (!entry || !plan || known.some(({ action, at = '' }) => action === plan.kind && at >= entry.at)) return [];
  const reason = 'it was begun, and it is not known whether it was done: look at the workload';
  const { kind: action, workload, consequences } = plan;
  return [{ action, result: 'failed', reason, at: entry.at, workload, consequences }];
}

/** Why there was no restart; undefined where nothing fails, so that none was called for. */
function unrestarted(diagnosis: Diagnosis | undefined): string | undefined {
  if (!diagnosis) return 'there is no diagnosis, so nothing says that it could help';
  const { class: advised, reason } = diagnosis.action;
  if (advised === 'none') return undefined;
  return advised === 'restart' ? `the flow did not come to it; ${reason}` : reason;
}

/** What was tried, in order; and the restart that was not, with the reason: its absence must not look like an oversight. */
export function attemptsOf(
  of: Incident,
  timeline: readonly TimelineEntry[],
  diagnosis: Diagnosis | undefined,
): Attempt[] {
  const planned = of.actions.map(({ plan, outcome }): Attempt => {
    const { result, reason, at, generation, revision } = outcome;
    return {
      action: plan.kind,
      result,
      reason,
      at,
      workload: plan.workload,
      consequences: plan.consequences,
      ...(generation === undefined ? {} : { generation }),
      ...(revision === undefined ? {} : { revision }),
    };
  });
  const recorded = [...planned, ...fromTimeline(timeline, planned)];
  const all = [...recorded, ...unended(timeline, recorded)].sort((a, b) => (a.at ?? '').localeCompare(b.at ?? ''));
  if (all.some(({ action }) => action === 'restart')) return all;
  const reason = unrestarted(diagnosis);
  return reason === undefined ? all : [...all, { action: 'restart', result: 'not-tried', reason, consequences: [] }];
}
