import { systemClock } from '#shared/ports/clock.ts';
import type { Prober } from '#shared/ports/prober.ts';
import { otlpProber } from '#shared/wire/otlp/prober.ts';

/** The real prober, as a terminal has it; no secret has headers. */
export const testProber: Prober = otlpProber({ clock: systemClock, deployed: false, secret: async () => '' });
