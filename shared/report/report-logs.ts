import type { AnalyzedLog } from '#shared/domain/analyzed-log.ts';
import { whichLog, worstFirst } from '#shared/logs/summary.ts';
import type { Report } from './model.ts';

/** The logs of a report: what somebody had analyzed for the incident is newer, and more, than the diagnosis's of the same log. */
export function logsOf({ diagnosis, keptLogs = [] }: Report): AnalyzedLog[] {
  const kept = new Set(keptLogs.map(whichLog));
  return [...keptLogs, ...(diagnosis?.logs ?? []).filter((log) => !kept.has(whichLog(log)))].toSorted(worstFirst);
}
