import { isNamed } from '#shared/domain/errors.ts';
import type { Target } from '#shared/domain/target.ts';
import { type EndpointProbe, endpointProbe } from '#shared/otlp/endpoint-probe.ts';
import type { ProbeRequest, Prober } from '#shared/ports/prober.ts';
import { targetProbes } from '#shared/ports/target-probes.ts';

async function probe(prober: Prober, request: ProbeRequest, signal: AbortSignal): Promise<EndpointProbe> {
  try {
    return endpointProbe(await prober.probe(request, { signal }));
  } catch (error) {
    // A secret or a file that cannot be read is the medic's own trouble.
    if (!isNamed(error)) throw error;
    const { endpoint, protocol } = request;
    return { endpoint, protocol, outcome: 'not-checked', title: error.message };
  }
}

/** One canary to each OTLP endpoint that the target names; none where it names none. */
export async function probeTarget(
  prober: Prober,
  target: Target,
  { signal, deadlineMs }: { signal: AbortSignal; deadlineMs: number },
): Promise<EndpointProbe[]> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(Math.ceil(deadlineMs))]);
  return Promise.all(targetProbes(target).map((request) => probe(prober, request, limit)));
}
