import type { AnalyzedLog } from '#shared/domain/analyzed-log.ts';
import type { LogAnalysis } from '#shared/domain/log-analysis.ts';
import { analyzeText } from '#shared/logs/analyze-text.ts';
import { newestRollout } from '#shared/logs/newest-rollout.ts';
import { isFailure, worstFirst } from '#shared/logs/summary.ts';
import { once } from './once.ts';
import type { ClusterView } from './view.ts';

/** A snapshot has some forty; a merged one may have more. */
const MOST_LOGS = 40;
/** A person reads of so many in one report. */
const MOST_SHOWN = 20;
/** Of each log: the most frequent failures and a few others, the slowest operations, the last errors. */
const MOST = { failures: 6, others: 3, slow: 5, recentErrors: 3, bursts: 3 };

/** What the logs of the target and of what it depends on tell, those of failures first; bounded, for a report. */
export const logsSeen = once(analyze);

function analyze({ snapshot, target, logged, now }: ClusterView): AnalyzedLog[] {
  const placeOf = (namespace: string, pod: string, container: string) => `${namespace}/${pod}/${container}`;
  const restarts = new Map(
    logged.map(({ pod: { ref }, name, status }) => [
      placeOf(ref.namespace, ref.name, name),
      Math.max(0, Math.trunc(status?.restartCount ?? 0)),
    ]),
  );
  const rolloutAt = newestRollout(target, snapshot.objects.replicasets);
  const options = { now, ...(rolloutAt !== undefined && { rolloutAt }) };
  const ours = snapshot.logs.flatMap(({ text, truncated: cut, ...of }) => {
    const again = restarts.get(placeOf(of.namespace, of.pod, of.container));
    return again === undefined || typeof text !== 'string' ? [] : [{ text, of: { ...of, restarts: again, cut } }];
  });
  return mostTelling(
    ours.slice(0, MOST_LOGS).map(({ text, of }) => ({ ...of, ...cutDown(analyzeText(text, options)) })),
  );
}

/** The logs to be shown, the worst first. */
export const mostTelling = (logs: AnalyzedLog[]): AnalyzedLog[] => logs.toSorted(worstFirst).slice(0, MOST_SHOWN);

function cutDown(log: LogAnalysis): LogAnalysis {
  const { templates, slow, recentErrors, bursts = [], truncated } = log;
  const shown = bursts.toSorted((one, other) => other.count - one.count).slice(0, MOST.bursts);
  const named = new Set(shown.map(({ template }) => template));
  const kept = new Set([
    ...templates.filter(isFailure).slice(0, MOST.failures),
    ...templates.filter((one) => !isFailure(one)).slice(0, MOST.others),
    ...templates.filter(({ id, newSinceRollout }) => named.has(id) || newSinceRollout).slice(0, MOST.others),
  ]);
  const slowest = slow.toSorted((one, other) => other.durationMs - one.durationMs).slice(0, MOST.slow);
  const left = {
    templates: templates.length - kept.size + (truncated?.templates ?? 0),
    slow: slow.length - slowest.length + (truncated?.slow ?? 0),
    recentErrors: Math.max(0, recentErrors.length - MOST.recentErrors) + (truncated?.recentErrors ?? 0),
    evictedTemplates: truncated?.evictedTemplates ?? 0,
  };
  return {
    ...log,
    templates: templates.filter((one) => kept.has(one)),
    slow: slowest,
    recentErrors: recentErrors.slice(-MOST.recentErrors),
    bursts: shown.toSorted((one, other) => one.from.localeCompare(other.from)),
    ...(Object.values(left).some((count) => count > 0) && { truncated: left }),
  };
}
