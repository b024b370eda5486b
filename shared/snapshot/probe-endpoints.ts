import { isNamed } from '#shared/domain/errors.ts';
import type { Ladder } from '#shared/domain/probe-result.ts';
import { lintEndpoint, withoutUserinfo } from '#shared/otlp/endpoint.ts';
import { ladderResult } from '#shared/otlp/ladder-result.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { ProbeRequest, Prober } from '#shared/ports/prober.ts';

/** A secret or a file that cannot be read is the medic's own trouble, and must not hide the other endpoints. */
function untried({ endpoint, protocol, signals, vantage = 'direct' }: ProbeRequest, why: string, at: Date): Ladder {
  const linted = lintEndpoint(endpoint, protocol);
  return ladderResult({
    endpoint: 'endpoint' in linted ? linted.endpoint.shown : withoutUserinfo(endpoint),
    ...{ protocol, signals, vantage, at, durationMs: 0 },
    reports: [{ name: 'lint', found: { code: 'prober-fault', detail: why }, durationMs: 0, detail: '' }],
    ...{ notChecked: {}, secrets: [] },
  });
}

/** Walks to each endpoint at once. Each is a result, also one that could not be tried, or not within `deadlineMs`. */
export async function probeEndpoints(
  { prober, clock }: { prober: Prober; clock: Clock },
  requests: readonly ProbeRequest[],
  { signal, deadlineMs }: { signal: AbortSignal; deadlineMs?: number },
): Promise<Ladder[]> {
  const limit =
    deadlineMs === undefined ? signal : AbortSignal.any([signal, AbortSignal.timeout(Math.ceil(deadlineMs))]);
  return Promise.all(
    requests.map(async (request) => {
      try {
        return await prober.probe(request, { signal: limit });
      } catch (error) {
        if (isNamed(error)) return untried(request, error.message, clock.now());
        throw error;
      }
    }),
  );
}
