import { systemClock } from '#shared/ports/clock.ts';
import { ClusterError } from '#shared/ports/cluster.ts';
import type { Prober } from '#shared/ports/prober.ts';
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
