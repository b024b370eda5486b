import { compareRuns } from '#shared/diagnosis/run-changes.ts';
import type { Diagnosis, Verdict } from '#shared/domain/diagnosis.ts';
import type { RunRecord } from '#shared/domain/history.ts';
import { type LookInput, runTime } from '#shared/domain/look-input.ts';
import type { RunChanges } from '#shared/domain/run-changes.ts';
import type { EndpointProbe } from '#shared/otlp/endpoint-probe.ts';
import type { Store } from '#shared/ports/store.ts';
import type { Series } from './history-keys.ts';
import { compareProbes } from './probe-changes.ts';
import { keepRun, lastRun } from './run-history.ts';

export interface AccountedRun {
  changes: RunChanges;
  /** the time that names the run: the same however often it is delivered */
  due: Date;
}

export interface AccountOptions extends Pick<Series, 'by'>, Pick<LookInput, 'mode' | 'run'> {
  /** codes of the faults that count; default: all */
  about?: ReadonlySet<string>;
  /** what the OTLP endpoints answered in the same run, and the verdict over both; absent = this run asked none */
  probed?: { probes: readonly EndpointProbe[]; verdict: Verdict };
}

/**
 * Compares what a run found with the run before it. Told to act, that is the one of its own series, and this run is kept
 * for the next; a look by the way is compared with whatever ran last by schedule, the health check included.
 */
export async function accountRun(
  store: Store,
  found: Pick<Diagnosis, 'target' | 'at' | 'verdict' | 'findings' | 'coverage'>,
  { by, mode, run, about, probed }: AccountOptions,
): Promise<AccountedRun> {
  const own: Series = { target: found.target, ...(by !== undefined && { by }) };
  const due = runTime(run) ?? new Date(found.at);
  const comparable = mode === 'act' || by === undefined ? [own] : [own, { target: found.target }];
  const last = newest(await Promise.all(comparable.map((series) => lastRun(store, series, due))));
  const counts = <T extends { code: string }>(faults: T[]) => faults.filter(({ code }) => !about || about.has(code));
  const { record, changes } = compareRuns(
    { ...found, findings: counts(found.findings) },
    last && { ...last, faults: counts(last.faults).filter(({ endpoint }) => endpoint === undefined) },
  );
  if (!probed) {
    if (mode === 'act') await keepRun(store, own, record, due);
    return { changes, due };
  }
  const { probes, verdict } = probed;
  const known = (last?.faults ?? []).filter(({ endpoint }) => endpoint !== undefined);
  const at = compareProbes(probes, known, found.at);
  if (mode === 'act') await keepRun(store, own, { ...record, verdict, faults: [...record.faults, ...at.faults] }, due);
  return { changes: together(changes, at.changes), due };
}

const together = ({ since, ...a }: RunChanges, b: Omit<RunChanges, 'since'>): RunChanges => ({
  ...(since !== undefined && { since }),
  new: [...a.new, ...b.new],
  persisting: [...a.persisting, ...b.persisting],
  resolved: [...a.resolved, ...b.resolved],
});

const newest = (records: (RunRecord | undefined)[]): RunRecord | undefined =>
  records.filter((one) => one !== undefined).toSorted((a, b) => b.at.localeCompare(a.at))[0];
