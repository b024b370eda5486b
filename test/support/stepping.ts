import { config, type IgnoreRule } from '#shared/domain/config.ts';
import type { Target } from '#shared/domain/target.ts';
import { filesStore } from '#shared/files/store.ts';
import type { Cluster } from '#shared/ports/cluster.ts';
import type { Ports } from '#shared/ports/ports.ts';
import type { StepContext } from '#shared/ports/step.ts';
import { NOW } from './namespace.ts';
import { testProber } from './probing.ts';

const silent = () => undefined;

export const stepContext = (): StepContext => ({
  signal: new AbortController().signal,
  remainingMs: () => 60_000,
  log: { debug: silent, info: silent, warn: silent, error: silent },
});

/** Ports on files in `directory` and on one cluster, at the time of the test namespace. */
export function portsOn(
  directory: string,
  open: () => Promise<Cluster>,
  {
    targets = [{ name: 'shop', cluster: 'sandbox' as const }],
    ignore = [],
  }: { targets?: Partial<Target>[]; ignore?: IgnoreRule[] } = {},
): Omit<Ports, 'notifier' | 'executions'> {
  return {
    config: config.parse({ targets, ignore }),
    clusters: { open },
    store: filesStore(directory),
    clock: { now: () => new Date(NOW) },
    prober: testProber,
  };
}
