import { healthOf } from '#shared/diagnosis/health.ts';
import { changesInShort } from '#shared/diagnosis/run-changes.ts';
import type { Verdict } from '#shared/domain/diagnosis.ts';
import { targetOf } from '#shared/domain/targets.ts';
import { accountRun } from '#shared/incidents/account-run.ts';
import { healthProbes } from '#shared/incidents/health-probes.ts';
import { keepLatest } from '#shared/incidents/keep-latest.ts';
import type { EndpointProbe } from '#shared/otlp/endpoint-probe.ts';
import type { Ports } from '#shared/ports/ports.ts';
import type { Step } from '#shared/ports/step.ts';
import { LOOK_SHARE, takeSnapshot } from '#shared/snapshot/take.ts';
import type { Input, Output } from './input.ts';

/** A probe that fails is a failure of the present, whatever the cluster says of itself. */
const probesWorse = (verdict: Verdict, probes: readonly EndpointProbe[]): Verdict => {
  const failing = probes.some(({ outcome }) => outcome === 'fail' || outcome === 'degraded');
  return failing && verdict !== 'failed' ? 'degraded' : verdict;
};

export const makeStep =
  (ports: Pick<Ports, 'config' | 'clusters' | 'store' | 'clock' | 'prober'>): Step<Input, Output> =>
  async (event, { signal, log, remainingMs }) => {
    const { config, clusters, store, clock } = ports;
    const target = targetOf(config, event.target);
    const limits = { signal, deadlineMs: remainingMs() * LOOK_SHARE };
    const [snapshot, probes] = await Promise.all([
      takeSnapshot(clusters, target, { clock, ...limits }),
      healthProbes(ports, target, { mode: event.mode, ...limits }),
    ]);
    const { diagnose } = await import('#shared/diagnosis/diagnose.ts');
    const found = diagnose(snapshot, { target, ignore: config.ignore, now: clock.now() });
    const workloads = healthOf(snapshot, target);
    const { rootCauses, findings, coverage, at } = found;
    const verdict = probesWorse(found.verdict, probes);
    const { changes } = await accountRun(store, found, { ...event, probed: { probes, verdict } });
    const [first] = workloads;
    const [stops] = probes.filter(({ outcome }) => outcome === 'fail' || outcome === 'degraded');
    // What the cluster shows explains more than the rung where telemetry stops.
    const roots = rootCauses.length > 0 ? rootCauses.map(({ code }) => code) : [stops?.code ?? []].flat();
    const why =
      rootCauses[0]?.title ??
      (stops && `${stops.title} (${stops.endpoint})`) ??
      (verdict === 'unknown' ? coverage.notChecked[0]?.why : undefined);
    const unseen = probes.filter(({ outcome }) => outcome === 'not-checked');
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
      probes,
      rootCauses: roots,
      advice: [...new Set(findings.filter(({ severity }) => severity === 'P3').map(({ code }) => code))],
      changes,
      notChecked: [
        ...coverage.notChecked,
        ...unseen.map(({ endpoint, title }) => ({ check: `probe of ${endpoint}`, why: title })),
      ],
    };
    log.info(status.summary);
    if (event.mode === 'plan') return status;
    const statusKey = `status/${target.name}.json`;
    await keepLatest(store, statusKey, status);
    return { ...status, statusKey };
  };
