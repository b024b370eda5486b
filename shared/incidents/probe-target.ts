import type { Target } from '#shared/domain/target.ts';
import { type EndpointProbe, endpointProbe } from '#shared/otlp/endpoint-probe.ts';
import type { Ports } from '#shared/ports/ports.ts';
import { targetProbes } from '#shared/ports/target-probes.ts';
import { probeEndpoints } from '#shared/snapshot/probe-endpoints.ts';

/** One canary to each OTLP endpoint that the target names; none where it names none. */
export async function probeTarget(
  ports: Pick<Ports, 'prober' | 'clock'>,
  target: Target,
  limits: { signal: AbortSignal; deadlineMs: number },
): Promise<EndpointProbe[]> {
  return (await probeEndpoints(ports, targetProbes(target), limits)).map(endpointProbe);
}
