import { compareRuns } from '#shared/diagnosis/run-changes.ts';
import type { Diagnosis } from '#shared/domain/diagnosis.ts';
import { type LookInput, runTime } from '#shared/domain/look-input.ts';
import type { RunChanges } from '#shared/domain/run-changes.ts';
import type { Store } from '#shared/ports/store.ts';
import type { Series } from './history-keys.ts';
import { keepRun, lastRun } from './run-history.ts';

export interface AccountedRun {
  changes: RunChanges;
  /** this call made it part of the history: not in mode plan, and once however often the run is delivered */
  kept: boolean;
}

/**
 * Compares what a run found with the run before it in its series; told to act, keeps it as the one that the next is
 * compared with.
 */
export async function accountRun(
  store: Store,
  found: Pick<Diagnosis, 'target' | 'at' | 'verdict' | 'findings' | 'coverage'>,
  { by, mode, run }: Pick<Series, 'by'> & Pick<LookInput, 'mode' | 'run'>,
): Promise<AccountedRun> {
  const series: Series = { target: found.target, ...(by !== undefined && { by }) };
  const at = runTime(run) ?? new Date(found.at);
  const { record, changes } = compareRuns(found, await lastRun(store, series, at));
  return { changes, kept: mode === 'act' && (await keepRun(store, series, record, at)) };
}
