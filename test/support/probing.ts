import type { ProbeResult } from '#shared/domain/probe-result.ts';
import { systemClock } from '#shared/ports/clock.ts';
import { ClusterError } from '#shared/ports/cluster.ts';
import type { ProbeRequest, Prober } from '#shared/ports/prober.ts';
import { type OtlpProberOptions, otlpProber } from '#shared/wire/otlp/prober.ts';

/** The real prober, as a terminal has it; no secret has headers, and no cluster can be reached unless one is given. */
export const proberWith = (options: Partial<OtlpProberOptions> = {}): Prober =>
  otlpProber({
    clock: systemClock,
    deployed: false,
    secret: async () => '',
    apiServerOf: async (name) => {
      throw new ClusterError('credentials', `target "${name}": its cluster cannot be reached from here`);
    },
    ...options,
  });

export const testProber = proberWith();

/** The verdict, with what its rung says. */
export function decisive({ verdict: { code, rung, outcome }, rungs }: ProbeResult) {
  return { code, rung, outcome, detail: rungs.find(({ name }) => name === rung)?.detail };
}

/** How a run to a receiver ends, of traces as JSON unless more is said. */
export const walkTo = async (endpoint: string, more: Partial<ProbeRequest> = {}) =>
  decisive(
    await testProber.probe({
      ...{ endpoint, protocol: 'http/json', signals: ['traces'], queries: [] },
      ...{ timeoutMs: 1000, slowMs: 5000, target: 'test' },
      ...more,
    }),
  );
