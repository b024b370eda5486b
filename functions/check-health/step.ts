import { healthOf } from '#shared/diagnosis/health.ts';
import { compareRuns } from '#shared/diagnosis/run-changes.ts';
import type { RunChanges } from '#shared/domain/history.ts';
import { targetOf } from '#shared/domain/targets.ts';
import { keepRun, lastRun } from '#shared/incidents/run-history.ts';
import type { Ports } from '#shared/ports/ports.ts';
import type { Step } from '#shared/ports/step.ts';
import { LOOK_SHARE, takeSnapshot } from '#shared/snapshot/take.ts';
import type { Input, Output } from './input.ts';

/** The status of a target has one writer: the schedule that runs this function for it. */
export const makeStep =
  ({ config, clusters, store, clock }: Pick<Ports, 'config' | 'clusters' | 'store' | 'clock'>): Step<Input, Output> =>
  async ({ target: name, mode }, { signal, log, remainingMs }) => {
    const target = targetOf(config, name);
    const snapshot = await takeSnapshot(clusters, target, { clock, signal, deadlineMs: remainingMs() * LOOK_SHARE });
    const { diagnose } = await import('#shared/diagnosis/diagnose.ts');
    const found = diagnose(snapshot, { target, ignore: config.ignore, now: clock.now() });
    const { record, changes } = compareRuns(found, await lastRun(store, target.name, new Date(found.at)));
    const workloads = healthOf(snapshot, target);
    const { verdict, rootCauses, findings, coverage, at } = found;
    const [first] = workloads;
    const why = rootCauses[0]?.title ?? (verdict === 'unknown' ? coverage.notChecked[0]?.why : undefined);
    const status: Output = {
      schemaVersion: 1,
      target: target.name,
      at,
      verdict,
      ...(first?.ready !== undefined && { ready: first.ready }),
      summary: [`${target.name} is ${verdict}`, first?.ready && `${first.ready} ready`, why, said(changes)]
        .filter(Boolean)
        .join(', '),
      workloads,
      rootCauses: rootCauses.map(({ code }) => code),
      advice: [...new Set(findings.filter(({ severity }) => severity === 'P3').map(({ code }) => code))],
      changes,
      notChecked: coverage.notChecked,
    };
    log.info(status.summary);
    if (mode === 'plan') return status;
    const statusKey = `status/${target.name}.json`;
    await store.put(statusKey, `${JSON.stringify(status, null, 2)}\n`);
    await keepRun(store, record);
    return { ...status, statusKey };
  };

/** `1 new, 2 persisting`, where there is something to tell. At the first run everything would be new. */
function said({ since, new: fresh, persisting, resolved }: RunChanges): string {
  if (since === undefined) return '';
  const counts = { new: fresh.length, persisting: persisting.length, resolved: resolved.length };
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([word, count]) => `${count} ${word}`)
    .join(', ');
}
