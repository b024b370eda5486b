import * as z from 'zod';
import type { Diagnosis } from '#shared/domain/diagnosis.ts';
import type { Incident, TimelineEntry } from '#shared/domain/incident.ts';
import { type Attempt, attempt } from './model.ts';

/** What an action's timeline entry says where no plan could be made: the policy or a guard said no before one. */
const recorded = z.object({
  kind: attempt.shape.action.default('restart'),
  result: attempt.shape.result,
  reason: z.string(),
});

function fromTimeline(timeline: readonly TimelineEntry[], known: readonly Attempt[]): Attempt[] {
  return timeline.flatMap((entry) => {
    if (entry.kind !== 'action') return [];
    const { data } = recorded.safeParse(entry.data);
    if (!data || known.some((one) => one.result === data.result && one.action === data.kind)) return [];
    return [{ action: data.kind, result: data.result, reason: data.reason, at: entry.at, consequences: [] }];
  });
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
  const all = [...planned, ...fromTimeline(timeline, planned)].sort((a, b) => (a.at ?? '').localeCompare(b.at ?? ''));
  if (all.some(({ action }) => action === 'restart')) return all;
  const reason = diagnosis ? diagnosis.action.reason : 'there is no diagnosis, so nothing says that it could help';
  return [...all, { action: 'restart', result: 'not-tried', reason, consequences: [] }];
}
