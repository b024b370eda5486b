import type { Mode } from '#shared/domain/mode.ts';
import type { Target } from '#shared/domain/target.ts';
import { type EndpointProbe, endpointProbe } from '#shared/otlp/endpoint-probe.ts';
import { laddersOf, worstFirst } from '#shared/otlp/worst-first.ts';
import type { Ports } from '#shared/ports/ports.ts';
import { targetProbes } from '#shared/ports/target-probes.ts';
import { probeEndpoints } from '#shared/snapshot/probe-endpoints.ts';
import { freshProbe, keepProbe } from './kept-probe.ts';

/**
 * What the OTLP ladder says of a target's endpoints, worst first; none where it names none. A schedule (mode act) takes
 * what was found a moment ago and keeps what it finds: one canary is enough for all that look. A person looks now.
 */
export async function healthProbes(
  ports: Pick<Ports, 'prober' | 'clock' | 'store'>,
  target: Target,
  { mode, ...limits }: { mode: Mode; signal: AbortSignal; deadlineMs: number },
): Promise<EndpointProbe[]> {
  const requests = targetProbes(target);
  if (requests.length === 0) return [];
  const now = ports.clock.now();
  const kept = mode === 'act' ? await freshProbe(ports.store, target.name, { requests, now }) : undefined;
  if (kept) return laddersOf(kept).map(endpointProbe);
  const found = worstFirst(await probeEndpoints(ports, requests, limits));
  if (!found) return [];
  if (mode === 'act') await keepProbe(ports.store, target.name, found);
  return laddersOf(found).map(endpointProbe);
}
