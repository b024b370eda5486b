import type { RecoveryCheck } from '#shared/actions/recovery.ts';
import type { Target } from '#shared/domain/target.ts';
import { probeTarget } from '#shared/incidents/probe-target.ts';
import type { EndpointProbe } from '#shared/otlp/endpoint-probe.ts';
import type { Ports } from '#shared/ports/ports.ts';

const NAME = 'canary';

const told = ({ endpoint, protocol, outcome, code, rung, title }: EndpointProbe) =>
  `${code} at ${rung} (${protocol}, ${endpoint})${outcome === 'not-checked' ? `: ${title}` : ''}`;

/** Sends one canary to each OTLP endpoint of the target; the worst answer counts. Slow is no failure. */
export async function sendCanary(
  ports: Pick<Ports, 'prober' | 'clock'>,
  target: Target,
  limits: { signal: AbortSignal; deadlineMs: number },
): Promise<RecoveryCheck> {
  const probes = await probeTarget(ports, target, limits);
  const decisive =
    probes.find(({ outcome }) => outcome === 'fail') ??
    probes.find(({ outcome }) => outcome === 'not-checked') ??
    probes[0];
  if (!decisive) return { name: NAME, outcome: 'not-checked', detail: 'the target names no OTLP endpoint' };
  const outcome = decisive.outcome === 'degraded' ? 'pass' : decisive.outcome;
  return { name: NAME, outcome, detail: told(decisive) };
}
