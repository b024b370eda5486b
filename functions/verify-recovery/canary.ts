import type { RecoveryCheck } from '#shared/actions/recovery.ts';
import { isNamed } from '#shared/domain/errors.ts';
import type { ProbeResult } from '#shared/domain/probe-result.ts';
import type { Target } from '#shared/domain/target.ts';
import type { ProbeRequest, Prober } from '#shared/ports/prober.ts';
import { targetProbes } from '#shared/ports/target-probes.ts';

type Outcome = RecoveryCheck['outcome'];

/** What only says that the medic stands elsewhere is no failure of the target: names of the cluster, its own network. */
function outcomeOf({ verdict, rungs }: ProbeResult): Outcome {
  const { code, outcome } = verdict;
  if (outcome === 'unknown') return 'not-checked';
  const outside = code === 'dns-not-found' && rungs.some(({ detail }) => detail.includes('only inside the cluster'));
  if (outside) return 'not-checked';
  return outcome === 'fail' ? 'fail' : 'pass';
}

const told = ({ endpoint, protocol, verdict: { code, rung } }: ProbeResult) =>
  `${code} at ${rung} (${protocol}, ${endpoint})`;

async function judge(prober: Prober, probe: ProbeRequest, signal: AbortSignal): Promise<Omit<RecoveryCheck, 'name'>> {
  try {
    const result = await prober.probe(probe, { signal });
    return { outcome: outcomeOf(result), detail: told(result) };
  } catch (error) {
    // A secret or a file that cannot be read is the medic's own trouble.
    if (isNamed(error)) return { outcome: 'not-checked', detail: error.message };
    throw error;
  }
}

/** Sends one canary to each OTLP endpoint of the target; the worst answer counts. */
export async function sendCanary(
  prober: Prober,
  target: Target,
  { signal, deadlineMs }: { signal: AbortSignal; deadlineMs: number },
): Promise<RecoveryCheck> {
  const name = 'canary';
  const probes = targetProbes(target);
  if (probes.length === 0) return { name, outcome: 'not-checked', detail: 'the target names no OTLP endpoint' };
  const limit = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]);
  const judged = await Promise.all(probes.map((probe) => judge(prober, probe, limit)));
  const decisive =
    judged.find(({ outcome }) => outcome === 'fail') ??
    judged.find(({ outcome }) => outcome === 'not-checked') ??
    judged[0];
  return { name, outcome: decisive?.outcome ?? 'not-checked', detail: decisive?.detail ?? 'no answer' };
}
