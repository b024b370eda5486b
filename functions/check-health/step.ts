import { healthOf } from '#shared/diagnosis/health.ts';
import { changesInShort } from '#shared/diagnosis/run-changes.ts';
import { targetOf } from '#shared/domain/targets.ts';
import { accountRun } from '#shared/incidents/account-run.ts';
import { keepLatest } from '#shared/incidents/keep-latest.ts';
import type { Ports } from '#shared/ports/ports.ts';
import type { Step } from '#shared/ports/step.ts';
import { LOOK_SHARE, takeSnapshot } from '#shared/snapshot/take.ts';
import type { Input, Output } from './input.ts';

export const makeStep =
  ({ config, clusters, store, clock }: Pick<Ports, 'config' | 'clusters' | 'store' | 'clock'>): Step<Input, Output> =>
  async (event, { signal, log, remainingMs }) => {
    const target = targetOf(config, event.target);
    const snapshot = await takeSnapshot(clusters, target, { clock, signal, deadlineMs: remainingMs() * LOOK_SHARE });
    const { diagnose } = await import('#shared/diagnosis/diagnose.ts');
    const found = diagnose(snapshot, { target, ignore: config.ignore, now: clock.now() });
    const { changes } = await accountRun(store, found, event);
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
      summary: [`${target.name} is ${verdict}`, first?.ready && `${first.ready} ready`, why, changesInShort(changes)]
        .filter(Boolean)
        .join(', '),
      workloads,
      rootCauses: rootCauses.map(({ code }) => code),
      advice: [...new Set(findings.filter(({ severity }) => severity === 'P3').map(({ code }) => code))],
      changes,
      notChecked: coverage.notChecked,
    };
    log.info(status.summary);
    if (event.mode === 'plan') return status;
    const statusKey = `status/${target.name}.json`;
    await keepLatest(store, statusKey, status);
    return { ...status, statusKey };
  };
